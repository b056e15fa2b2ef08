//! Packages of Alpine: what headers leave to a program that was compiled with them.
//!
//! Source: the package index of Alpine.

use std::collections::BTreeSet;

use dockslim_contract::BuildContext;

use super::runtime::Runtime;

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

impl Runtime<'_, '_> {
    /// Whether the project opens libraries by names that Python asks compilers for on Alpine (Python, `ctypes.util`): itself, by Django's
    /// parts for geography, or by pysodium.
    pub(super) fn finds_libraries(&self) -> bool {
        let mut files = self.context.into_iter().flat_map(BuildContext::entries);
        let text = |path| self.context.and_then(|context| context.text(path));
        self.opens_libraries()
            || self.asked_for().contains("pysodium")
            || files.any(|(path, _)| {
                path.ends_with(".py")
                    && text(path).is_some_and(|text| text.contains("django.contrib.gis"))
            })
    }
}
