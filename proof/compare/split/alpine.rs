//! Packages of Alpine: what headers leave to a program that was compiled with them.
//!
//! Source: the package index of Alpine.

use std::collections::BTreeSet;

/// The library behind a package of headers.
const OF_ALPINE: &[(&str, &str)] = &[
    ("cairo-dev", "cairo"),
    ("curl-dev", "libcurl"),
    ("freetype-dev", "freetype"),
    ("geos-dev", "geos"),
    ("giflib-dev", "giflib"),
    ("gmp-dev", "gmp"),
    ("jpeg-dev", "libjpeg-turbo"),
    ("lcms2-dev", "lcms2"),
    ("libffi-dev", "libffi"),
    ("libjpeg-turbo-dev", "libjpeg-turbo"),
    ("libpng-dev", "libpng"),
    ("libpq-dev", "libpq"),
    ("libsodium-dev", "libsodium"),
    ("libwebp-dev", "libwebp"),
    ("libxml2-dev", "libxml2"),
    ("libxslt-dev", "libxslt"),
    ("mariadb-connector-c-dev", "mariadb-connector-c"),
    ("mariadb-dev", "mariadb-connector-c"),
    ("openjpeg-dev", "openjpeg"),
    ("pango-dev", "pango"),
    ("postgresql-dev", "libpq"),
    ("sqlite-dev", "sqlite-libs"),
    ("tiff-dev", "tiff"),
    ("yaml-dev", "yaml"),
    ("zlib-dev", "zlib"),
];

/// The library behind a package of headers, if it is known.
pub(super) fn library_of(headers: &str) -> Option<&'static str> {
    OF_ALPINE.iter().find(|(name, _)| *name == headers).map(|(_, library)| *library)
}

/// What compilers bring along, and their programs are linked with.
const OF_COMPILERS: &[(&str, &[&str])] = &[
    ("libstdc++", &["g++", "build-base", "alpine-sdk", "gfortran", "cargo", "rust"]),
    ("libgomp", &["g++", "build-base", "alpine-sdk", "gfortran"]),
    ("libgfortran", &["gfortran"]),
];

/// Whether an image is one of Python on Alpine.
pub(super) fn is_python(image: &str) -> bool {
    image.starts_with("python:") && image.contains("alpine")
}

/// What the new image lacks of that which programs of a compiler are linked with, where Python stands on Alpine; other images have such
/// libraries themselves.
pub(super) fn lacks_library_of_compiler(
    image: &str,
    old: &BTreeSet<String>,
    new: &BTreeSet<String>,
) -> Option<&'static str> {
    let mut rows = OF_COMPILERS.iter().filter(|_| is_python(image));
    let row = rows.find(|(library, compilers)| {
        compilers.iter().any(|name| old.contains(*name)) && !new.contains(*library)
    });
    row.map(|(library, _)| *library)
}
