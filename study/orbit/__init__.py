"""What the constellation brings down and when: ground tracks, mission limits, downlink."""
