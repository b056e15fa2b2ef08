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

/// Whether the install of a package may fail where the folders of manual pages are missing.
pub(crate) fn links_manual_pages(package: &str) -> bool {
    let java = ["java", "jdk", "jre"].iter().any(|word| package.contains(word));
    (java && !package.contains("javascript"))
        || MAN_PAGES.iter().any(|name| {
            package.strip_prefix(name).is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
        })
}
