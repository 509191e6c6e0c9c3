from PIL import Image

from benchmark.datasets.picture_formats import FORMATS, picture_suffixes


def test_documents_films_and_tables_are_no_pictures() -> None:
    others = ("pdf", "ps", "eps", "h5", "hdf", "mpg", "mpeg", "fit", "fits", "grib", "bufr", "wmf", "emf")
    assert not picture_suffixes() & {f".{name}" for name in others}


def test_what_cameras_scanners_and_the_web_write_are() -> None:
    usual = "jpg jpeg jpe jfif png apng gif webp bmp tif tiff ppm pgm pbm pnm pfm tga jp2 ico dds avif mpo psd qoi sgi"
    assert {f".{name}" for name in usual.split()} <= picture_suffixes()


def test_every_format_is_one_of_pillow_s() -> None:
    Image.init()
    assert set(FORMATS) <= set(Image.OPEN)
