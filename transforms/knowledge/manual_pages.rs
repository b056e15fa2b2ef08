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

/// Whether the install of a package may fail on a release of Debian where the folders of manual pages are missing. Since bookworm,
/// `update-alternatives` makes them (tried there with packages of Java and PostgreSQL).
pub(crate) fn links_manual_pages(package: &str, suite: Option<&str>) -> bool {
    if matches!(suite, Some("stable" | "trixie" | "bookworm")) {
        return false;
    }
    let java = ["java", "jdk", "jre"].iter().any(|word| package.contains(word));
    (java && !package.contains("javascript"))
        || MAN_PAGES.iter().any(|name| {
            package.strip_prefix(name).is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
        })
}
