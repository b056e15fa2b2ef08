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

/// Whether an image of Python on Alpine had a compiler of C++, Fortran or Rust, and the new one lacks what its programs are linked with; other images have
/// that library themselves.
pub(super) fn lacks_library_of_cpp(
    image: &str,
    old: &BTreeSet<String>,
    new: &BTreeSet<String>,
) -> bool {
    let compilers = ["g++", "build-base", "alpine-sdk", "gfortran", "cargo", "rust"];
    let compiler = compilers.iter().any(|name| old.contains(*name));
    let python = image.starts_with("python:") && image.contains("alpine");
    python && compiler && !new.contains("libstdc++")
}
