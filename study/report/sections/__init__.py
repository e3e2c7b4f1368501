"""The page's sections: from sheets to text and pictures."""
