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
