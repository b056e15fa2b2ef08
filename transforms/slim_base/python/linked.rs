//! Packages of Python that are compiled in a stage on the full image, or open a library there: all that they need of it is known.

use crate::knowledge::FullPackage;
use crate::slim_base::needs::{Candidate, Needs};

/// Packages that a full image compiles, with the libraries that they are linked with there and a slim image lacks, and the list of types that
/// uwsgi reads (setup.py of psycopg2, mysqlclient and pycurl; uwsgiconfig.py; uWSGI, "Serving static files").
const COMPILED: [(&str, &[&str]); 4] = [
    ("mysqlclient", &["libmariadb3"]),
    ("psycopg2", &["libpq5"]),
    ("pycurl", &["libcurl4"]),
    ("uwsgi", &["libxml2", "media-types", "mime-support"]),
];
/// Packages of Python alone that open a library by its name when they run.
const OPENING: [(&str, &[&str]); 2] = [("psycopg", &["libpq5"]), ("python-magic", &["libmagic1"])];
/// Variables that tell those that are compiled otherwise what to be linked with.
const TELLING: [&str; 4] = ["LDFLAGS", "MYSQLCLIENT_", "PYCURL_", "UWSGI_"];

/// Whether all is known that a package needs of the system, which is then noted: one that is compiled comes from another stage.
pub(super) fn finds_its_libraries(
    candidate: Candidate<'_, '_>,
    name: &str,
    needs: &mut Needs,
) -> bool {
    let row = |table: &[(&str, &'static [&'static str])]| {
        table.iter().find(|(one, _)| *one == name).map(|(_, libraries)| *libraries)
    };
    let elsewhere = needs.depth > 0 && candidate.python.is_some();
    // What finds libraries by itself takes those whose headers somebody installs.
    let finds = name == "uwsgi" && needs.installs_headers();
    // curl-config tells pycurl of the library whose headers there are, which is another one for GnuTLS and NSS.
    let other = |one: &str| one.starts_with("libcurl4-") && one != "libcurl4-openssl-dev";
    let other = name == "pycurl" && needs.installed.iter().any(|(one, _)| other(one));
    let compiled = row(&COMPILED).filter(|_| elsewhere && !finds && !other);
    let Some(libraries) = compiled.or_else(|| row(&OPENING)) else { return false };
    needs.linked.extend(libraries);
    true
}

/// Whether a step tells packages that it compiles what to be linked with.
pub(in crate::slim_base) fn tells(text: &str) -> Option<&'static str> {
    TELLING.into_iter().find(|sign| text.contains(sign))
}

impl Needs {
    /// Whether apt has installed headers of libraries.
    fn installs_headers(&self) -> bool {
        self.installed.iter().any(|(name, _)| name.ends_with("-dev") && name != "python3-dev")
    }

    /// Notes what packages of Python are linked with that have been looked at.
    pub(in crate::slim_base) fn link(&mut self, at: usize, lacking: &[&'static FullPackage]) {
        let names = std::mem::take(&mut self.linked);
        for package in lacking.iter().filter(|package| names.contains(&package.name.as_str())) {
            self.add(package, at);
            if self.depth > 0 {
                self.carried.push(package);
            }
        }
    }
}
