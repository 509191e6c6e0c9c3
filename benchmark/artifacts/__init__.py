"""What runs leave behind besides numbers: sample grids and weights."""
