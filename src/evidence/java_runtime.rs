//! A run-time environment of Java that holds the modules of a program, where the last stage stands on a whole one.
//!
//! It is put together by jlink in a stage of its own, so that a change of the program costs no new one. Two are proposed: the
//! modules that jdeps finds, where the program is one jar or a folder of classes and all of it is seen; and Java SE as a whole, which a
//! program that loads classes by name, or holds jars in its jar, finds as it was.

use dockslim_syntax::{Edits, Keyword};
use dockslim_transforms::{Suppressions, suite};

use super::smaller_base::with_base;
use super::stage::{Launch, Stage, inherited};
use super::{CERTIFICATES, Idea, Risk, Subject};
use crate::image::Image;

/// Where the runtime goes: the place that the images of Temurin have it at.
const HOME: &str = "/opt/java/openjdk";

/// What classes reach without naming it: services that are found by name, by the documentation of jlink and of each module
/// ("provides" lines of `java --describe-module`). TLS with elliptic curves, and with keys on cards; more character sets; dates and
/// names of other languages; file systems in archives; names looked up by DNS; logins; what libraries reach by `sun.misc.Unsafe`.
const SERVICES: &str = "jdk.charsets,jdk.crypto.cryptoki,jdk.crypto.ec,jdk.localedata,jdk.naming.dns,jdk.security.auth,\
                        jdk.security.jgss,jdk.unsupported,jdk.zipfs";

/// What belongs to Java SE for a program that finds its classes by name, and what tools ask a process for.
const PLATFORM: &str =
    "java.se,jdk.httpserver,jdk.jfr,jdk.management,jdk.management.agent,jdk.net,jdk.xml.dom";

/// Variables of the old image that describe its own runtime, or a language whose files slim Debian has not.
const CHANGES: [&str; 6] = ["JAVA_HOME", "JAVA_VERSION", "LANG", "LANGUAGE", "LC_ALL", "PATH"];

/// The libraries that draw letters, and the one that is there if a program may draw.
const FONTS: [&str; 2] = ["fontconfig", "libfreetype6"];
const DRAWS: &[u8] = b"opt/java/openjdk/lib/libawt.so";

pub(super) fn propose(subject: &Subject<'_>) -> Vec<Idea> {
    let dockerfile = subject.dockerfile;
    let Some(stage) = Stage::of(dockerfile, subject.target) else { return Vec::new() };
    let Some(kit) = kit_of(&stage.base) else { return Vec::new() };
    let is_kept = Suppressions::of(dockerfile).keeps("split-stages", stage.from.span).is_some();
    // What RUN installs may belong to the distribution of the old base.
    let is_plain = ["RUN", "SHELL", "ONBUILD"].iter().all(|name| !stage.has(Keyword::of(name)));
    let launch = Launch::of(&subject.image.config);
    let (Some(program), true, false) = (Program::of(&launch), is_plain, is_kept) else {
        return Vec::new();
    };
    let release = if suite(&stage.base) == Some("trixie") { "trixie" } else { "bookworm" };
    let base = format!("debian:{release}-slim");
    let newline = dockerfile.newline();
    let name = ["runtime", "jre", "java-runtime"]
        .into_iter()
        .find(|name| !dockerfile.source.to_lowercase().contains(&format!(" as {name}")));
    let Some(name) = name else { return Vec::new() };
    let mut ideas = Vec::new();
    for (seen, fonts) in [(true, false), (true, true), (false, true)] {
        let modules = if seen {
            let Some((copy, path)) = program.source(subject, &stage, &launch) else { continue };
            let deps = format!("jdeps --print-module-deps --ignore-missing-deps {path}");
            (format!("COPY {copy} {path}{newline}"), format!("\"$({deps}),{SERVICES}\""))
        } else {
            (String::new(), format!("{PLATFORM},{SERVICES}"))
        };
        let (copy, modules) = modules;
        let runtime = format!(
            "FROM {kit} AS {name}{newline}{copy}RUN jlink --add-modules {modules} \
             --strip-java-debug-attributes --no-man-pages --no-header-files --output /jre{newline}{newline}"
        );
        let mut lines = Vec::new();
        let mut packages = Vec::new();
        if subject.image.tree.holds(CERTIFICATES.as_bytes()) {
            packages.push("ca-certificates");
        }
        if fonts {
            packages.extend(FONTS);
        }
        if !packages.is_empty() {
            lines.push(format!(
                "RUN apt-get update && apt-get install -y --no-install-recommends {} && rm -rf /var/lib/apt/lists/*",
                packages.join(" ")
            ));
        }
        lines.extend([
            format!("ENV JAVA_HOME={HOME}"),
            format!("ENV PATH={HOME}/bin:$PATH"),
            "ENV LANG=C.UTF-8".to_owned(),
            format!("COPY --from={name} /jre {HOME}"),
        ]);
        lines.extend(inherited(dockerfile, &stage, &subject.image.config, &CHANGES));
        let Some(text) = with_base(subject, &stage, &base, &lines) else { continue };
        // The new stage stands above the one that takes from it, and above the comments of that one.
        let above = above(subject, &stage);
        let mut edits = Edits::new();
        if edits.insert(above, runtime).is_err() {
            continue;
        }
        let text = edits.apply(&text);
        let what = if seen { "the modules that jdeps finds" } else { "Java SE by jlink" };
        let with = if fonts { " and fonts" } else { "" };
        let called = format!("{what}{with} on {base} in place of {}", stage.base);
        ideas.push(Idea { called, text, changes: &CHANGES, risk: Risk::Fonts });
    }
    ideas
}

/// What speaks against an image: it holds what draws, and nothing to draw letters with.
pub(super) fn doubt(after: &Image) -> Option<String> {
    let has_fonts = after.tree.holds(b"etc/fonts");
    (after.tree.holds(DRAWS) && !has_fonts)
        .then(|| "the program may draw letters, and fonts are gone".to_owned())
}

/// Where the stage begins, with the comments above it.
fn above(subject: &Subject<'_>, stage: &Stage<'_>) -> usize {
    let dockerfile = subject.dockerfile;
    let number = dockerfile
        .instructions()
        .find(|(_, one)| one.span == stage.from.span)
        .map(|(number, _)| dockslim_syntax::leading_comments(dockerfile, number).start);
    let item = number.and_then(|number| dockerfile.items.get(number));
    item.map_or(stage.from.lines.start, |item| item.lines().start)
}

/// The image with the tools of Java that belongs to one with a run-time environment alone: the same tag with another word.
fn kit_of(base: &str) -> Option<String> {
    let (name, tag) = base.split_once(':')?;
    let name = name.trim_start_matches("docker.io/").trim_start_matches("library/");
    let is_known = matches!(name, "eclipse-temurin" | "openjdk");
    let is_debian = !tag.contains("alpine") && !tag.contains("windows") && !tag.contains("ubi");
    let number: String = tag.chars().take_while(char::is_ascii_digit).collect();
    // jlink came with Java 9.
    let is_new = number.parse().is_ok_and(|number: u32| number >= 11);
    let has_runtime = tag.split('-').any(|part| part == "jre");
    (is_known && is_debian && is_new && has_runtime).then(|| base.replacen("-jre", "-jdk", 1))
}

/// What `java` is called with.
enum Program {
    /// A jar, or a folder of classes, alone.
    Alone(String),
    /// More than one place, or a jar whose manifest may name others.
    Open,
}

impl Program {
    /// `None` if Java is not called, or in a way in which its modules matter.
    fn of(launch: &Launch) -> Option<Self> {
        let words: Vec<&str> = match launch.words.as_slice() {
            [shell, flag, script] if shell.ends_with("sh") && flag == "-c" => {
                script.split_whitespace().skip_while(|word| *word == "exec").collect()
            }
            words => words.iter().map(String::as_str).collect(),
        };
        let (program, arguments) = words.split_first()?;
        if program.rsplit('/').next() != Some("java") {
            return None;
        }
        let is_modular = |word: &&&str| {
            matches!(**word, "-p" | "--module-path" | "-m" | "--module")
                || word.starts_with("--add-modules")
                || word.starts_with("--limit-modules")
        };
        if arguments.iter().find(is_modular).is_some() {
            return None;
        }
        let mut arguments = arguments.iter();
        while let Some(word) = arguments.next() {
            match *word {
                "-cp" | "-classpath" | "--class-path" => {
                    let path = arguments.next()?;
                    let is_alone = !path.contains([':', '*', '$']) && !path.ends_with(".jar");
                    return Some(if is_alone {
                        Self::Alone((*path).to_owned())
                    } else {
                        Self::Open
                    });
                }
                "-jar" => return Some(Self::Open),
                _ if word.starts_with("-javaagent") => return Some(Self::Open),
                _ => {}
            }
        }
        Some(Self::Open)
    }

    /// What COPY takes the program from in the new stage, and where it lies in the image; `None` if not all of it is seen.
    fn source(
        &self,
        subject: &Subject<'_>,
        stage: &Stage<'_>,
        launch: &Launch,
    ) -> Option<(String, String)> {
        let Self::Alone(path) = self else { return None };
        let place = launch.place(path);
        let copies = stage.instructions.iter().filter(|one| one.kind == Keyword::Copy);
        let mut found = copies.filter_map(|copy| {
            let text = subject.dockerfile.text(copy.span);
            let words: Vec<&str> = text.split_whitespace().skip(1).collect();
            let [from, source, target] = words.as_slice() else { return None };
            let is_whole = from.starts_with("--from=") && launch.place(target) == place;
            is_whole.then(|| (format!("{from} {source}"), format!("/{place}")))
        });
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_has_a_kit_of_the_same_version() {
        for (base, kit) in [
            ("eclipse-temurin:17-jre", Some("eclipse-temurin:17-jdk")),
            ("eclipse-temurin:21.0.2_13-jre-jammy", Some("eclipse-temurin:21.0.2_13-jdk-jammy")),
            ("openjdk:11-jre-slim", Some("openjdk:11-jdk-slim")),
            ("eclipse-temurin:17-jre-alpine", None),
            ("openjdk:8-jre", None),
            ("eclipse-temurin:17", None),
            ("debian:12", None),
        ] {
            assert_eq!(kit_of(base).as_deref(), kit, "{base}");
        }
    }
}
