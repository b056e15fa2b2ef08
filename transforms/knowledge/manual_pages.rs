//! Packages that cannot be installed where the folders of manual pages are missing, as in slim images.

/// How the names of packages begin whose alternatives link to manual pages that they bring elsewhere, as Java and PostgreSQL
/// do, and of those that bring one of the two along.
const MAN_PAGES: [&str; 30] = [
    "ant",
    "bazel",
    "cassandra",
    "clojure",
    "elasticsearch",
    "gradle",
    "groovy",
    "hadoop",
    "icedtea",
    "jenkins",
    "jetty",
    "jmeter",
    "jruby",
    "kafka",
    "kotlin",
    "leiningen",
    "libreoffice",
    "logstash",
    "maven",
    "neo4j",
    "openjfx",
    "pdftk",
    "postgis",
    "postgresql",
    "sbt",
    "scala",
    "solr",
    "temurin",
    "tomcat",
    "zookeeper",
];

/// Whether the install of a package may fail on an image where the folders of manual pages are missing. Official slim images have kept
/// these since August 2021 (debuerreotype/debuerreotype, pull request 116); others that are made as those were lack them, and there the
/// packages of Java fail on each release, those of PostgreSQL before bookworm (tried there).
pub(crate) fn links_manual_pages(package: &str, suite: Option<&str>) -> bool {
    let java = ["java", "jdk", "jre"].iter().any(|word| package.contains(word));
    if java && !package.contains("javascript") && !package.starts_with("lib") {
        return true;
    }
    if matches!(suite, Some("stable" | "trixie" | "bookworm")) {
        return false;
    }
    (java && !package.contains("javascript"))
        || MAN_PAGES.iter().any(|name| {
            package.strip_prefix(name).is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
        })
}
