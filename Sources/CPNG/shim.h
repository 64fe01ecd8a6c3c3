// BitSweep
// SPDX-License-Identifier: Apache-2.0

#ifndef BITSWEEP_CPNG_H
#define BITSWEEP_CPNG_H

#include <png.h>
#include <string.h>

// The image's description is a C struct whose version and format are macros, which Swift cannot import.
static inline png_image bitsweep_png_image(png_uint_32 width, png_uint_32 height, int is_colour) {
    png_image image;
    memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
    image.width = width;
    image.height = height;
    image.format = is_colour ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    return image;
}

#endif
