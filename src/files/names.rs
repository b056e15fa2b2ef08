//! Which file names stand for a Dockerfile.

/// Endings of files that stand beside a Dockerfile, or that a Dockerfile is made from.
const OTHER_ENDINGS: &[&str] = &[
    // ignore list of a build context
    ".dockerignore",
    // templates
    ".cpp",
    ".ejs",
    ".em",
    ".erb",
    ".gotmpl",
    ".hbs",
    ".in",
    ".j2",
    ".jinja",
    ".jinja2",
    ".liquid",
    ".m4",
    ".mako",
    ".mustache",
    ".template",
    ".tmpl",
    ".tpl",
    // what editors and merges leave behind
    "~",
    ".bak",
    ".orig",
    ".rej",
    ".swo",
    ".swp",
    // texts about a Dockerfile
    ".adoc",
    ".diff",
    ".html",
    ".log",
    ".md",
    ".patch",
    ".rst",
    ".yaml",
    ".yml",
];

/// Whether a file of this name is taken for a Dockerfile when a folder is searched.
pub(crate) fn is_dockerfile(name: &str) -> bool {
    recognised(name) && !OTHER_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

fn recognised(name: &str) -> bool {
    let starts = |stem| name.strip_prefix(stem).is_some_and(|rest| rest.starts_with('.'));
    let ends = |ending| name.strip_suffix(ending).is_some_and(|rest| rest.ends_with('.'));
    matches!(name, "Dockerfile" | "Containerfile")
        || ["Dockerfile", "Containerfile"].into_iter().any(starts)
        || ["Dockerfile", "dockerfile", "Containerfile"].into_iter().any(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// pre-commit names files, and what is named is taken: what a search leaves alone has to stand there, too.
    #[test]
    fn hooks_leave_alone_what_a_search_does() {
        let hooks = concat!(env!("CARGO_MANIFEST_DIR"), "/.pre-commit-hooks.yaml");
        let hooks = std::fs::read_to_string(hooks).unwrap();
        let words: Vec<&str> =
            OTHER_ENDINGS.iter().filter_map(|ending| ending.strip_prefix('.')).collect();
        assert_eq!(words.len() + 1, OTHER_ENDINGS.len(), "all but `~` are behind a dot");
        let exclude = format!("  exclude: (~|\\.({}))$\n", words.join("|"));
        assert_eq!(hooks.matches(&exclude).count(), hooks.matches("- id: ").count(), "{exclude}");
    }

    #[test]
    fn names() {
        for name in [
            "Dockerfile",
            "Dockerfile.prod",
            "Dockerfile.alpine3.20",
            "api.Dockerfile",
            "api.dockerfile",
            "Containerfile",
            "Containerfile.dev",
            "api.Containerfile",
        ] {
            assert!(is_dockerfile(name), "{name}");
        }
        for name in [
            "Dockerfile.dockerignore",
            "api.Dockerfile.dockerignore",
            "Dockerfile.j2",
            "Dockerfile.prod.tmpl",
            "Dockerfile.in",
            "Dockerfile~",
            "Dockerfile.prod~",
            "Dockerfile.orig",
            "Dockerfile.md",
            "Dockerfiles",
            "NotDockerfile",
            "docker-compose.yml",
            "",
        ] {
            assert!(!is_dockerfile(name), "{name}");
        }
    }
}
