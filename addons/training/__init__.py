"""Training: sessions and places in them, needs and plans per quarter, the video library (spec page 5.4)."""
