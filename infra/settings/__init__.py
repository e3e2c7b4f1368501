"""What a stack file holds, read and checked before anything is created."""
