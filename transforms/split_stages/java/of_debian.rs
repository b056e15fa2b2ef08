//! Kits of Java that come by Debian's packages: their modules are put together as those of openjdk's images are.
//!
//! A runtime that Debian's jlink makes has its settings and certificates as files of its own, where the packages have links to /etc, and
//! asks for the C library, zlib1g and libstdc++6, which all of Debian's images have (openjdk-17 in Debian 12, openjdk-21 in Debian 13, tried).
//! The certificates are those of the JDK there, so that Debian's own are put in their place.

use super::super::compiled::{Made, RunsOn, plan};
use super::super::launch::base_name;
use super::super::plan::Plan;
use super::super::subject::Subject;
use super::options;
use super::programs::starts_what_it_names;
use super::{
    Artefacts, HOME, artefacts, finds_java, finds_programs, knows_all, link, speaks_by_itself,
    speaks_languages, starts_source,
};
use crate::knowledge::suite_of_image;
use crate::slim_base::calls_kit;

/// Where Debian has its certificates for Java (ca-certificates-java).
const CERTIFICATES: &str = "/etc/ssl/certs/java/cacerts";

/// What names the kit by its place, changes its settings, or asks for files of the system that come with it.
const PLACES: &[&str] = &[
    "/etc/java",
    "/etc/ssl",
    "/usr/lib/jvm",
    "CLASSPATH",
    "JAVA_HOME",
    "cacerts",
    "keytool",
    "probeContentType",
    "update-alternatives",
    "update-java-alternatives",
];

/// Plans slim modules for a program that a kit of Debian builds; `None` where the whole runtime has to come.
pub(in crate::split_stages) fn put_together_on_debian(
    subject: &Subject<'_, '_>,
    kit: &str,
) -> Option<Plan> {
    let Artefacts { all, jars, class_folders, plain } = artefacts(subject).ok()?;
    let asked = options::modules(subject).filter(|_| plain)?;
    let known = is_kit_with_modules(subject.image, kit)
        && subject.ends_as_root()
        && knows_all(subject)
        && speaks_by_itself(subject)
        && starts_what_it_names(subject)
        && !starts_source(subject)
        && subject.context.and_then(calls_kit).is_none()
        && names_no_place(subject);
    let targets = [class_folders, jars].concat().join(" ");
    if !known || targets.is_empty() {
        return None;
    }
    finds_java(subject).ok()?;
    let made = Made { artefacts: all, runs_on: RunsOn::Same("java") };
    let mut plan = plan(subject, &made, &[]).ok()?;
    // What else comes by packages may want the runtime where they have it.
    if plan.runs.iter().any(|run| run.contains("apt")) {
        return None;
    }
    plan.take_first(CERTIFICATES, &format!("{HOME}/lib/security/"));
    link(&mut plan, &targets, asked, speaks_languages(subject));
    plan.settings.push(("PATH".to_owned(), format!("{HOME}/bin:$PATH")));
    options::take_files(subject, &mut plan).ok()?;
    finds_programs(subject, &plan).ok()?;
    Some(plan)
}

/// Whether a kit has modules, and is of a release that was tried: 17 is the default of Debian 12, 21 that of Debian 13.
fn is_kit_with_modules(image: &str, kit: &str) -> bool {
    let release = matches!(suite_of_image(image), Some("bookworm" | "trixie" | "stable"));
    let version = kit.strip_prefix("openjdk-").and_then(|rest| rest.split('-').next());
    let new = match version {
        Some(version) => matches!(version, "17" | "21"),
        None => kit.starts_with("default-jdk"),
    };
    image.starts_with("debian:") && release && new
}

/// Whether neither the stage nor a file of the project names a place of the kit, or sets where programs are looked for.
fn names_no_place(subject: &Subject<'_, '_>) -> bool {
    let dockerfile = subject.build.dockerfile;
    let steps = subject.stage.steps.iter().map(|step| step.text(dockerfile));
    let names = |text: &str| PLACES.iter().any(|place| text.contains(place));
    let settings =
        subject.stage.steps.last().map_or(&[][..], |step| step.state.settings.as_slice());
    let Some(context) = subject.context else { return false };
    let mut files = context
        .entries()
        .filter(|(path, _)| !base_name(path).starts_with("Dockerfile") && !path.ends_with(".md"));
    !{ steps }.any(|text| names(&text))
        && !settings.iter().any(|setting| setting.name == "PATH")
        && !files.any(|(path, _)| context.text(path).is_some_and(names))
}
