//! Kits of Java, and what is done with them alone.

use crate::split_stages::subject::Subject;

/// Words in tags of openjdk that name the system below the kit, or the kit itself (docker-library, openjdk).
const SYSTEMS: &[&str] =
    &["bookworm", "bullseye", "buster", "jdk", "oracle", "oraclelinux7", "oraclelinux8", "slim"];

/// Tools of the kit, and what only handles files.
const TOOLS: &[&str] = &["cd", "chmod", "echo", "find", "jar", "javac", "ls", "mkdir", "rm"];

/// The name of an image as the official library has it, if its kit of Java is that of another image.
pub(in crate::split_stages) fn kit_of<'i>(image: &'i str, other: &str) -> Option<&'i str> {
    let image = bare(image);
    let same = || version(image).is_some() && version(image) == version(bare(other));
    (image == bare(other) || same()).then_some(image)
}

fn bare(image: &str) -> &str {
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    image.strip_prefix("library/").unwrap_or(image)
}

/// What tells the kit: images of openjdk were built of the same one for all systems, those of Temurin are not built for all as long.
fn version(image: &str) -> Option<(&str, Vec<&str>)> {
    let (name, tag) = image.split_once(':').filter(|_| !image.contains('@'))?;
    let aside: &[&str] = match name {
        "openjdk" => SYSTEMS,
        "eclipse-temurin" => &["jdk"],
        _ => return None,
    };
    let parts: Vec<&str> = tag.split('-').filter(|part| !aside.contains(part)).collect();
    let numbered = parts.first().is_some_and(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    numbered.then_some((name, parts))
}

/// Whether a stage runs nothing but tools of the kit and what handles files.
pub(super) fn uses_the_kit_alone(subject: &Subject<'_, '_>) -> bool {
    let mut names = subject.done.iter().map(|done| done.command.program_name());
    names.all(|name| name.is_some_and(|name| TOOLS.contains(&name)))
}

#[cfg(test)]
mod tests {
    use super::kit_of;

    #[test]
    fn kits_of_two_images() {
        for (image, other) in [
            ("openjdk:17", "openjdk:17-jdk-slim"),
            ("docker.io/library/openjdk:17-slim-bullseye", "openjdk:17"),
            ("eclipse-temurin:17", "eclipse-temurin:17-jdk"),
            ("eclipse-temurin:21-jdk-jammy", "eclipse-temurin:21-jammy"),
        ] {
            assert!(kit_of(image, other).is_some(), "{image} {other}");
        }
        for (image, other) in [
            ("openjdk:17", "openjdk:18"),
            ("openjdk:17.0.1", "openjdk:17"),
            ("openjdk:17-alpine", "openjdk:17"),
            ("openjdk:17", "eclipse-temurin:17"),
            ("eclipse-temurin:17-focal", "eclipse-temurin:17-jammy"),
            ("openjdk:slim", "openjdk:latest"),
        ] {
            assert_eq!(kit_of(image, other), None, "{image} {other}");
        }
    }
}
