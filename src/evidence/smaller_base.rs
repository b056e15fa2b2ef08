//! scratch or distroless where the last stage only copies: nothing in its base is called but by what was copied.
//!
//! Proposed are scratch and distroless static, for programs that are linked with nothing, and distroless cc. The base of
//! distroless between the two lacks libgcc, which the C library loads by itself when a thread is cancelled; no smoke command
//! sees that. What scratch lacks and programs look up is taken along: users, certificates and time zones.

use dockslim_syntax::{Arguments, Edits, Keyword};
use dockslim_transforms::{Suppressions, suite};

use super::stage::{Launch, Stage, inherited};
use super::{CERTIFICATES, Idea, Risk, Subject};

/// What a program in the new image can find of the old one, by the path in the tree, and what copies it.
const TAKEN: [(&str, &str, &str); 3] = [
    ("etc/passwd", "/etc/passwd /etc/group", "/etc/"),
    (CERTIFICATES, "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/certs/"),
    ("usr/share/zoneinfo", "/usr/share/zoneinfo", "/usr/share/zoneinfo"),
];

pub(super) fn propose(subject: &Subject<'_>) -> Vec<Idea> {
    let dockerfile = subject.dockerfile;
    let Some(stage) = Stage::of(dockerfile, subject.target) else { return Vec::new() };
    let config = &subject.image.config;
    let launch = Launch::of(config);
    let only_copies = !["RUN", "SHELL", "ONBUILD"].iter().any(|name| stage.has(Keyword::of(name)));
    // What the base starts, the new one does not.
    let starts = stage.has(Keyword::Cmd) || stage.has(Keyword::Entrypoint);
    let has_locale = ["LANG", "LC_ALL", "LC_CTYPE"].iter().any(|name| {
        let value = config.get("environment", name).unwrap_or("C");
        !matches!(value, "" | "C" | "POSIX" | "C.UTF-8" | "C.utf8")
    });
    let is_kept = Suppressions::of(dockerfile).keeps("split-stages", stage.from.span).is_some();
    if !only_copies || !starts || launch.needs_shell || has_locale || is_kept {
        return Vec::new();
    }
    let is_root = matches!(config.get("user", ""), None | Some("root" | "0"));
    let mut ideas = Vec::new();
    for base in bases(&stage.base) {
        // Nobody else could write temporary files there.
        if base == "scratch" && !is_root {
            continue;
        }
        let mut lines = Vec::new();
        if base == "scratch" {
            let brought = |path: &str| {
                let name = path.rsplit('/').next().unwrap_or(path);
                stage.instructions.iter().any(|one| {
                    matches!(one.kind, Keyword::Copy | Keyword::Add)
                        && dockerfile.text(one.span).contains(name)
                })
            };
            for (path, sources, target) in TAKEN {
                if subject.image.tree.holds(path.as_bytes()) && !brought(path) {
                    lines.push(format!("COPY --from={} {sources} {target}", stage.base));
                }
            }
            if !subject.image.tree.holds(b"tmp") {
                continue;
            }
            // A folder for temporary files is made in passing.
            lines.extend(["WORKDIR /tmp", "WORKDIR /"].map(str::to_owned));
        }
        lines.extend(inherited(dockerfile, &stage, config, &[]));
        let Some(text) = with_base(subject, &stage, &base, &lines) else { continue };
        let called = format!("{base} in place of {}", stage.base);
        ideas.push(Idea { called, text, changes: &[], risk: Risk::Shell });
    }
    ideas
}

/// The bases that are smaller than the one that a stage has, the smallest first.
fn bases(old: &str) -> Vec<String> {
    let release = if suite(old) == Some("trixie") { "debian13" } else { "debian12" };
    let distroless = |name: &str| format!("gcr.io/distroless/{name}-{release}");
    let all = ["scratch".to_owned(), distroless("static"), distroless("cc")];
    let count = match old {
        _ if old.contains("distroless/static") => 1,
        _ if old.contains("distroless/") => 2,
        // Its programs are linked with another C library.
        _ if old.contains("alpine") || old.contains("busybox") => 2,
        _ => 3,
    };
    all[..count].to_vec()
}

/// The file with another base, and lines behind its FROM.
pub(super) fn with_base(
    subject: &Subject<'_>,
    stage: &Stage<'_>,
    base: &str,
    lines: &[String],
) -> Option<String> {
    let dockerfile = subject.dockerfile;
    let Arguments::From(from) = &stage.from.arguments else { return None };
    let newline = dockerfile.newline();
    let mut edits = Edits::new();
    edits.replace(from.image.span, base).ok()?;
    let behind: String = lines.iter().map(|line| format!("{line}{newline}")).collect();
    edits.insert(stage.from.lines.end, behind).ok()?;
    Some(edits.apply(dockerfile.source))
}

#[cfg(test)]
mod tests {
    use dockslim_syntax::parse;

    use super::*;
    use crate::image::Image;

    fn bases_of(text: &str) -> Vec<String> {
        let image = Image::default();
        let dockerfile = parse(text);
        let subject = Subject { dockerfile: &dockerfile, target: None, image: &image };
        let ideas = propose(&subject).into_iter();
        ideas.map(|idea| idea.called.split(' ').next().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn only_what_copies_gets_another_base() {
        let distroless =
            |name: &str, release: u32| format!("gcr.io/distroless/{name}-debian{release}");
        let of_debian = [distroless("static", 12), distroless("cc", 12)];
        // An image without /tmp does not get one by way of scratch.
        assert_eq!(bases_of("FROM debian:12\nCOPY a /a\nCMD [\"/a\"]\n"), of_debian);
        assert_eq!(
            bases_of("FROM debian:trixie-slim\nCOPY a /a\nENTRYPOINT [\"/a\"]\n"),
            [distroless("static", 13), distroless("cc", 13)]
        );
        assert_eq!(bases_of("FROM alpine:3.20\nCOPY a /a\nCMD [\"/a\"]\n"), of_debian[..1]);
        for text in [
            "FROM debian:12\nCOPY a /a\nRUN /a\nCMD [\"/a\"]\n",
            "FROM debian:12\nCOPY a /a\n",
            "FROM gcr.io/distroless/static-debian12\nCOPY a /a\nCMD [\"/a\"]\n",
            "# dockslim: keep split-stages: people look into it\nFROM debian:12\nCOPY a /a\nCMD [\"/a\"]\n",
        ] {
            assert_eq!(bases_of(text), [""; 0], "{text}");
        }
    }
}
