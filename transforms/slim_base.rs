//! Build on the slim form of the same image.
//!
//! The full images of an interpreter hold compilers, headers, version control and ImageMagick, so that anything can be built. What
//! runs in the end rarely needs that. The official library has a slim twin for many of them: the same version on the same release of
//! Debian, without all this.
//!
//! ```toml context
//! "requirements.txt" = "flask==3.0.3\n"
//! "app.py" = "import flask\n"
//! ```
//!
//! ```dockerfile before
//! FROM python:3.12-bookworm
//! WORKDIR /app
//! COPY requirements.txt ./
//! RUN pip install --no-cache-dir -r requirements.txt
//! COPY app.py ./
//! HEALTHCHECK CMD curl -f http://localhost:8000/
//! CMD ["python", "app.py"]
//! ```
//!
//! ```dockerfile after
//! FROM python:3.12-slim-bookworm
//! WORKDIR /app
//! RUN apt-get update \
//!     && apt-get install --no-install-recommends -y curl \
//!     && rm -rf /var/lib/apt/lists/*
//! COPY requirements.txt ./
//! RUN pip install --no-cache-dir -r requirements.txt
//! COPY app.py ./
//! HEALTHCHECK CMD curl -f http://localhost:8000/
//! CMD ["python", "app.py"]
//! ```
//!
//! Which twin a tag has is known from the history of the official library: the order of suffixes differs from image to image, and only a
//! twin of the same version and release is taken. What the stage, its entry point, its health check and the scripts of the build context
//! call is worked out; what of it only the full image has joins the stage's install, or gets one. Packages of Python are known by name, or
//! by the wheels that the lockfile of uv or poetry lists. What another stage installs with npm, yarn or pnpm may come along where it is linked with the
//! libraries of C and C++ alone, as that of bcrypt, argon2 and better-sqlite3 is. Where make is called, and no recipe compiles, make alone joins. A JDK becomes a JRE where nothing is seen
//! to use the kit. Packages of Python that another stage on the same full image compiles may come along where their libraries are known, as that of psycopg2 is,
//! and gems where nothing asks for a library that slim images of Ruby lack. Where an ARG is the whole tag and only this FROM reads it, its default becomes the twin's.
//! What echo and printf write is read as a table of cron, or as a script that the container starts.
//! Scripts are followed under whatever name a COPY or a command puts them somewhere, and the words of CMD are no program where one hands them to Node. `debian:latest` is the release of the day, whose slim form
//! is `debian:stable-slim`.
//!
//! # Declines
//!
//! - There is no twin of the same version and release: none at all, another version by now, another distribution, a digest.
//! - The stage compiles, or installs packages that may: psycopg2, bcrypt, a git repository. A stage of its own does that better.
//! - What the stage copies or runs cannot be seen: no build context, a script from elsewhere, programs of another image, or of a stage
//!   that compiles.
//! - A source opens a library that nothing is known to bring: by cffi, or by a name that stands in settings.
//! - Another stage takes folders of the system from it.
//! - A JDK is called: by a step, by a Makefile or script that a step starts, or by a variable; or a step runs what is not read beside sources of Java.
//! - Documentation, translations or the folders of manual pages are used, which slim images leave out; Java links to the last.
//! - The stage ships to nobody, or runs instructions in the builds of others.
//!
//! # Safety
//!
//! Review: it rests on what packages need and on what is known of images. Suggestion where something is not known; the reason names it: a
//! program or a package that no table lists, what a download holds, what a source starts, what apt installs besides, whether a program of
//! Java compiles at run time.

mod documentation;
mod files;
mod folders;
mod handed;
mod interpreters;
mod java;
mod javascript;
mod kit;
mod makefiles;
mod needs;
mod opened;
mod packages;
mod programs;
mod python;
mod reasons;
mod recommended;
mod renamed;
mod running;
mod settings;
mod stages;
mod tags;
mod texts;
mod types;
mod values;
mod written;
mod zones;

use std::borrow::Cow;

use dockslim_contract::{Decline, DeclineReason, Difference, Findings, Rewrite, Safety};
use dockslim_syntax::{Edits, Keyword};

use crate::facts::{Base, BuildStage};
use crate::knowledge::{
    FullPackage, SlimFamily, library_name, slim_family, slim_of_current_debian,
};
use crate::{Facts, Form, NoTwin, Options, Transform, Twin, twin};
pub(crate) use java::calls_kit;
use needs::{Candidate, Needs};
pub(crate) use python::projects::unread_parts;
pub(crate) use python::takes_wheels;
pub(crate) use renamed::renamed_scripts;
pub(crate) use running::{Running, running};

/// The pass.
pub const SLIM_BASE: Transform = Transform {
    name: "slim-base",
    summary: "build on the slim form of the same image",
    levels: &[Safety::Review, Safety::Suggestion],
    source: include_str!("slim_base.rs"),
    declines: reasons::ALL,
    causes: &[Difference::SlimBase, Difference::CacheRemoval],
    run,
};

/// A rule that forbids the rewrite, and what is in the way here.
type Refusal = (&'static DeclineReason, String);

fn run(facts: &Facts<'_>, _: &Options) -> Findings {
    let mut findings = Findings::default();
    for stage in &facts.stages {
        // One look at the name tells most images apart, and costs nothing.
        let official = match &stage.base {
            Base::Image(image) => {
                image.contains('$') || library_name(image).is_some() || image.contains('@')
            }
            Base::Stage(_) => false,
        };
        if !official {
            continue;
        }
        let stage = &facts.build().stages[stage.index];
        let Some(from) = facts.dockerfile.instruction(stage.stage.from) else { continue };
        match look(facts, stage) {
            Ok(Some(mut rewrite)) => {
                rewrite.at = from.span;
                findings.rewrites.push(rewrite);
            }
            Ok(None) => {}
            Err((reason, message)) => {
                findings.declines.push(Decline { reason, at: from.span, message });
            }
        }
    }
    findings
}

/// Looks at one stage; there is nothing to say of images that are slim already, or none of the library's.
fn look<'t>(facts: &Facts<'t>, stage: &BuildStage<'t>) -> Result<Option<Rewrite>, Refusal> {
    let Some(image) = stage.image.as_deref() else {
        return Err((&reasons::VARIABLE, "a variable without a default decides".to_owned()));
    };
    let python = python_of(image);
    let candidate =
        Candidate { facts, build: facts.build(), stage, python: python.as_deref(), slim: true };
    let jre = twin(image, Form::Jre).ok();
    let current = slim_of_current_debian(image);
    let slim = twin(image, Form::Slim).or_else(|why| current.clone().ok_or(why));
    if jre.is_none()
        && let Err(why) = slim
    {
        return if is_jre(image) { Ok(None) } else { refused(image, why) };
    }
    if !stage.stage.ships {
        return Err((&reasons::NOT_SHIPPED, "nothing ships the layers of this stage".to_owned()));
    }
    // The shell tells whose image it is.
    if !stage.stage.start.shell.is_known() {
        return Err((&reasons::NO_FORM, "there are no slim images of Windows".to_owned()));
    }
    let place = tags::place(facts, &stage.stage)?;
    let mut unknown = Vec::new();
    if current.is_some() {
        unknown.push("whether both are of one release when they are fetched".to_owned());
    }
    let mut edits = Edits::new();
    let (found, needs) =
        match (jre.map(|jre| java(candidate, image).map(|needs| (jre, needs))), slim) {
            (Some(Ok(found)), _) => {
                unknown.push("whether the program compiles or attaches when it runs".to_owned());
                found
            }
            (Some(Err(refusal)), Err(_)) => return Err(refusal),
            (_, Ok(slim)) => {
                let family = library_name(image).and_then(slim_family);
                let Some(family) = family else {
                    return Err((
                        &reasons::NO_FORM,
                        "what the slim form lacks is not known".to_owned(),
                    ));
                };
                let needs = without(candidate, family, slim.suite, &mut unknown)?;
                (slim, needs)
            }
            (None, Err(why)) => return refused(image, why),
        };
    let tag = format!("{}{}", place.sign, found.tag);
    edits.replace(place.span, tag).map_err(|_| odd())?;
    let mut names: Vec<&str> = needs.packages.iter().map(|(one, _)| one.name.as_str()).collect();
    names.sort_unstable();
    if let Some(first) = needs.packages.iter().map(|(_, at)| *at).min() {
        packages::add(candidate, &names, first, found.suite, &mut edits)?;
    }
    unknown.extend(needs.unknown);
    if let Some(platform) = other_platform(facts, stage) {
        unknown
            .push(format!("whether all that is installed comes without a compiler on {platform}"));
    }
    Ok(Some(rewrite(image, &found, &names, &mut unknown, edits)))
}

/// Whether an image is a run-time environment of Java, of which there is no smaller form.
fn is_jre(image: &str) -> bool {
    image.rsplit(':').next().is_some_and(|tag| tag.split('-').any(|part| part == "jre"))
}

fn odd() -> Refusal {
    (&reasons::VARIABLE, "the tag cannot be changed".to_owned())
}

/// The platform that FROM asks for, if it is not the one whose wheels and binaries are most common.
fn other_platform<'t>(facts: &Facts<'t>, stage: &BuildStage<'t>) -> Option<Cow<'t, str>> {
    let dockerfile = facts.dockerfile;
    let from = dockerfile.instruction(stage.stage.from)?;
    let platform = dockerfile.text(from.flag("platform", dockerfile.source)?.value?);
    (!matches!(&*platform, "linux/amd64" | "amd64" | "linux/x86_64")).then_some(platform)
}

/// What is said where there is no twin.
fn refused(image: &str, why: NoTwin) -> Result<Option<Rewrite>, Refusal> {
    let reason = match why {
        NoTwin::UnknownImage | NoTwin::Already => return Ok(None),
        NoTwin::Digest => &reasons::DIGEST,
        NoTwin::Variable => &reasons::VARIABLE,
        NoTwin::UnknownTag => &reasons::UNKNOWN_TAG,
        NoTwin::NoSuchForm => &reasons::NO_FORM,
        NoTwin::VersionDrift | NoTwin::Floating => &reasons::VERSION_DRIFT,
        NoTwin::OtherSuite | NoTwin::OtherFamily => &reasons::OTHER_DISTRIBUTION,
        NoTwin::UnknownSuite => &reasons::UNKNOWN_SUITE,
    };
    Err((reason, format!("{image}: {}", why.message())))
}

/// What the stage uses that the run-time environment lacks, if it has a command of its own and nothing uses the development kit.
fn java(candidate: Candidate<'_, '_>, image: &str) -> Result<Needs, Refusal> {
    let own = candidate.stage.steps.iter().any(|step| {
        !step.onbuild && matches!(step.instruction.kind, Keyword::Cmd | Keyword::Entrypoint)
    });
    if !own {
        return Err((
            &reasons::CONFIGURATION,
            "the kit starts jshell, and the stage has no CMD".to_owned(),
        ));
    }
    java::look(candidate)?;
    let candidate = Candidate { slim: false, ..candidate };
    // The kit of openjdk stands on buildpack-deps:scm, its run-time environment on buildpack-deps:curl.
    let family = library_name(image).and_then(slim_family);
    let lacking: Vec<&'static FullPackage> = family.map_or_else(Vec::new, |family| {
        family.group("scm").chain(family.group("interpreters")).collect()
    });
    Needs::of(candidate, &lacking)
}

/// What the stage uses that the slim form of the family lacks.
fn without(
    candidate: Candidate<'_, '_>,
    family: &SlimFamily,
    suite: Option<&str>,
    unknown: &mut Vec<String>,
) -> Result<Needs, Refusal> {
    let lacking: Vec<&'static FullPackage> =
        family.lacks().filter(|package| package.is_in(suite)).collect();
    if let Some(unseen) = &family.unseen {
        unknown.push(format!("whether somebody uses {unseen}"));
    }
    Needs::of(candidate, &lacking)
}

/// The version of Python that an image has, by its tag: `3.12`.
fn python_of(image: &str) -> Option<String> {
    if library_name(image) != Some("python") {
        return None;
    }
    let tag = image.rsplit(':').next()?;
    let version = tag.split('-').next()?;
    let mut numbers = version.split('.');
    let (major, minor) = (numbers.next()?, numbers.next()?);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (digits(major) && digits(minor)).then(|| format!("{major}.{minor}"))
}

fn rewrite(
    image: &str,
    found: &Twin,
    names: &[&str],
    unknown: &mut Vec<String>,
    edits: Edits,
) -> Rewrite {
    if !found.mirrored {
        unknown.push("whether this registry has the twin".to_owned());
    }
    let form =
        if found.suite == Some("stable") { "the current release" } else { "the same version" };
    let mut reason = format!("{image} has a smaller form of {form}, {}", found.tag);
    if !names.is_empty() {
        reason.push_str(&format!("; used here and added: {}", names.join(", ")));
    }
    if !unknown.is_empty() {
        reason.push_str(&format!("; not known: {}", unknown.join(", ")));
    }
    let safety = if unknown.is_empty() { Safety::Review } else { Safety::Suggestion };
    Rewrite { safety, at: Default::default(), reason, edits }
}
