"""How many images it takes until a score puts generators into the order that FID of many images does."""
