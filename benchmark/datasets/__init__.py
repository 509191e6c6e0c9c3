"""Real images: one file a data set, each giving uint8 images, labels and fixed splits."""
