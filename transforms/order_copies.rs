//! Copy what an install reads first, and everything else behind it.
//!
//! `COPY . .` changes with every file of the project, and all steps behind it run again. An install that reads
//! nothing but its manifests runs again only when they change, once they are copied alone.
//!
//! ```dockerfile before
//! FROM node:22
//! WORKDIR /app
//! COPY . .
//! RUN npm ci
//! CMD ["node", "server.js"]
//! ```
//!
//! ```toml context
//! ".dockerignore" = "node_modules"
//! "package.json" = '{"dependencies": {"express": "^5.0.0"}}'
//! "package-lock.json" = "{}"
//! "server.js" = "require('express')"
//! ```
//!
//! ```dockerfile after
//! FROM node:22
//! WORKDIR /app
//! COPY package.json package-lock.json ./
//! RUN npm ci
//! COPY . .
//! CMD ["node", "server.js"]
//! ```
//!
//! A project that is installed itself is built of what its settings name (`--review`):
//!
//! ```dockerfile before
//! FROM python:3.12
//! WORKDIR /app
//! COPY . .
//! RUN pip install .
//! CMD ["python", "server.py"]
//! ```
//!
//! ```toml context
//! ".dockerignore" = "build\n*.egg-info\n.git\n"
//! "pyproject.toml" = "[build-system]\nrequires = ['setuptools']\n[project]\nname = 'shop'\nversion = '1.0'\n[tool.setuptools]\npackages = ['shop']\n"
//! "README.md" = "The shop."
//! "shop/__init__.py" = ""
//! "server.py" = "import shop"
//! ```
//!
//! ```dockerfile after
//! FROM python:3.12
//! WORKDIR /app
//! COPY pyproject.toml README.md ./
//! COPY shop ./shop/
//! RUN pip install .
//! COPY . .
//! CMD ["python", "server.py"]
//! ```
//!
//! What follows the install in the same RUN becomes a step of its own, if it sees the same there:
//!
//! ```dockerfile before
//! FROM node:22 AS build
//! WORKDIR /app
//! COPY . .
//! RUN npm ci && npm run build
//!
//! FROM nginx:1.27
//! COPY --from=build /app/dist /usr/share/nginx/html
//! ```
//!
//! ```toml context
//! ".dockerignore" = "node_modules"
//! "package.json" = '{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "^6.0.0"}}'
//! "package-lock.json" = "{}"
//! "index.html" = "<h1>hello</h1>"
//! ```
//!
//! ```dockerfile after
//! FROM node:22 AS build
//! WORKDIR /app
//! COPY package.json package-lock.json ./
//! RUN npm ci
//! COPY . .
//! RUN npm run build
//!
//! FROM nginx:1.27
//! COPY --from=build /app/dist /usr/share/nginx/html
//! ```
//!
//! What the system's package manager installs needs no file of the project at all:
//!
//! ```dockerfile before
//! FROM python:3.12-slim
//! WORKDIR /app
//! COPY . .
//! RUN apt-get update && apt-get install -y libpq5
//! RUN pip install -r requirements.txt
//! ```
//!
//! ```toml context
//! "requirements.txt" = "psycopg==3.2\n-r requirements/base.txt\n"
//! "requirements/base.txt" = "flask\n"
//! "app.py" = "import flask"
//! ```
//!
//! ```dockerfile after
//! FROM python:3.12-slim
//! WORKDIR /app
//! RUN apt-get update && apt-get install -y libpq5
//! COPY requirements.txt ./
//! COPY requirements/base.txt ./requirements/
//! RUN pip install -r requirements.txt
//! COPY . .
//! ```
//!
//! The packages of a workspace have manifests of their own, and each goes to its place:
//!
//! ```dockerfile before
//! FROM node:22
//! WORKDIR /app
//! COPY . .
//! RUN pnpm install --frozen-lockfile
//! ```
//!
//! ```toml context
//! ".dockerignore" = "**/node_modules"
//! "package.json" = '{"private": true}'
//! "pnpm-workspace.yaml" = "packages:\n  - packages/*\n"
//! "pnpm-lock.yaml" = "importers:\n\n  .: {}\n\n  packages/web: {}\n"
//! "packages/web/package.json" = '{"name": "web"}'
//! "packages/web/server.js" = ""
//! ```
//!
//! ```dockerfile after
//! FROM node:22
//! WORKDIR /app
//! COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
//! COPY packages/web/package.json ./packages/web/
//! RUN pnpm install --frozen-lockfile
//! COPY . .
//! ```
//!
//! A build that downloads on its way gets a step in front that does only that, where its toolchain has one (`--review`):
//!
//! ```dockerfile before
//! FROM golang:1.24
//! WORKDIR /src
//! COPY . .
//! RUN go build -o /server .
//! ```
//!
//! ```toml context
//! "go.mod" = "module example.com/app\n\ngo 1.24\n\nrequire example.com/router v1.2.0\n"
//! "go.sum" = "example.com/router v1.2.0 h1:aaa=\nexample.com/router v1.2.0/go.mod h1:bbb=\n"
//! "main.go" = "package main"
//! ```
//!
//! ```dockerfile after
//! FROM golang:1.24
//! WORKDIR /src
//! COPY go.mod go.sum ./
//! RUN go mod download
//! COPY . .
//! RUN go build -o /server .
//! ```
//!
//! Maven has such a step, too, with the options of the build:
//!
//! ```dockerfile before
//! FROM maven:3.9-eclipse-temurin-21
//! WORKDIR /app
//! COPY pom.xml ./
//! COPY src ./src
//! RUN mvn -B package -DskipTests
//! ```
//!
//! ```toml context
//! "pom.xml" = "<project><dependencies></dependencies></project>"
//! "src/main/java/App.java" = "class App {}"
//! ```
//!
//! ```dockerfile after
//! FROM maven:3.9-eclipse-temurin-21
//! WORKDIR /app
//! COPY pom.xml ./
//! RUN mvn -B -DskipTests dependency:go-offline
//! COPY src ./src
//! RUN mvn -B package -DskipTests
//! ```
//!
//! Of what a wrapper of Gradle downloads, Gradle itself comes first: `./gradlew --version`. Its build files are programs, and nobody knows
//! what else they read.
//!
//! `dotnet restore` wants each project where it lies, with what it refers to, and the settings above:
//!
//! ```dockerfile before
//! FROM mcr.microsoft.com/dotnet/sdk:9.0
//! WORKDIR /src
//! COPY . .
//! RUN dotnet publish Web/Web.csproj -c Release -o /app
//! ```
//!
//! ```toml context
//! ".dockerignore" = "**/bin\n**/obj\n"
//! "nuget.config" = '<configuration><packageSources></packageSources></configuration>'
//! "Web/Web.csproj" = '<Project><ItemGroup><ProjectReference Include="..\Core\Core.csproj" /></ItemGroup></Project>'
//! "Web/Program.cs" = ""
//! "Core/Core.csproj" = "<Project></Project>"
//! ```
//!
//! ```dockerfile after
//! FROM mcr.microsoft.com/dotnet/sdk:9.0
//! WORKDIR /src
//! COPY nuget.config ./
//! COPY Web/Web.csproj ./Web/
//! COPY Core/Core.csproj ./Core/
//! RUN dotnet restore Web/Web.csproj
//! COPY . .
//! RUN dotnet publish Web/Web.csproj -c Release -o /app
//! ```
//!
//! cargo has none. What a package depends on is built while a source without content stands in for the real ones; it goes again
//! in the same RUN, with all that was built of it, so that the real build finds nothing of it, whatever the time stamps say. In a
//! workspace that is done for each member, and for packages in folders that they depend on:
//!
//! ```dockerfile before
//! FROM rust:1 AS build
//! WORKDIR /app
//! COPY . .
//! RUN cargo build --release
//!
//! FROM debian:stable-slim
//! COPY --from=build /app/target/release/shop /usr/local/bin/
//! ```
//!
//! ```toml context
//! ".dockerignore" = "target"
//! "Cargo.toml" = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\n\n[dependencies]\nregex = \"1\"\n"
//! "Cargo.lock" = "version = 4\n[[package]]\nname = \"shop\"\nversion = \"0.1.0\"\n"
//! "src/main.rs" = "fn main() {}"
//! ```
//!
//! ```dockerfile after
//! FROM rust:1 AS build
//! WORKDIR /app
//! COPY Cargo.toml Cargo.lock ./
//! RUN mkdir src && echo 'fn main() {}' > src/main.rs && cargo build --release && cargo clean --release -p shop && rm -r src
//! COPY . .
//! RUN cargo build --release
//!
//! FROM debian:stable-slim
//! COPY --from=build /app/target/release/shop /usr/local/bin/
//! ```
//!
//! # Declines
//!
//! - The build context is not known: only it shows which manifests there are, what they name, and what
//!   .dockerignore hides.
//! - The install reads more than manifests: scripts of the project or of a package of its workspace, local dependencies, programs
//!   that such a package brings for the others.
//! - It builds the project itself, and not by setuptools, or `setup.py` is more than one call with plain values, or packages are looked
//!   for in all of the project, or files are listed in a `MANIFEST.in`, or a step in front may have brought one. Or a source in C may
//!   include files of other folders, or a single module lies in a package.
//! - A variable, or a setting that a step in front makes, leads the install to a file that is copied.
//! - The COPY behind it would write over what it has made: `node_modules` that .dockerignore does not hide, a
//!   lockfile that it may write.
//! - Another command or step in between may read what is copied. Behind the install, a RUN is parted where it is joined by `&&` alone;
//!   not if its layer ships, and the rest may change what the install left, or empties what Plug'n'Play loads. npm's cache is emptied twice.
//! - A build tool has no step that only downloads, or the build decides in another way what it takes: by flags, variables, or
//!   commands in front of it.
//! - A package of Rust wants more than sources: a build script that it names, a folder beside its workspace, lints on what has no
//!   content. Or it is not certain that `cargo clean` finds it: Cargo.lock does not have it, or a variable or settings of cargo
//!   say for what it is built. Or a folder of the project stands in for a package of a registry.
//! - What would be downloaded first is removed again later, and would stay in its own layer.
//!
//! # Safety
//!
//! Safe: the same files in the end. A download that is put in front of a build is for review: it may fetch more than that build
//! needs, such as what only tests use, a project that is built before its other files may come to need one of them, and a build with
//! sources that stand in rests on what cargo keeps of a package. So is a RUN that is parted and ships, for it makes a layer more, and an
//! order where nothing in .dockerignore hides the folder that the install fills, such as `node_modules`, and only the context as it is
//! today holds none. The manifests stand in two layers. An install script of a dependency is taken to read nothing of the project but its
//! manifests, unless the table of packages says otherwise.

mod before;
mod berry;
mod bundler;
mod cargo;
mod composer;
mod copies;
mod dotnet;
mod go;
mod gradle;
mod installs;
mod javascript;
mod locks;
mod maven;
mod mix;
mod obstacles;
mod parted;
mod prisma;
mod project;
mod python;
mod python_projects;
mod reasons;
mod settings;
mod setup_script;
mod setuptools;
mod text;
mod toolchains;
mod touched;
mod users;
mod workspaces;
mod wrappers;
mod xml;

use std::cell::LazyCell;

use dockslim_contract::{
    BuildContext, Decline, DeclineReason, Difference, Findings, Rewrite, Safety,
};
use dockslim_syntax::{Dockerfile, Edits};

use crate::facts::{Build, BuildStage, BuildStep, Copied, is_within};
use crate::pass::Refusal;
use crate::{Facts, Options, Transform};
use before::{Before, before, may_bring_folder};
pub(crate) use copies::is_shared;
use copies::{SOMEWHERE, all_resolve, folder};
use installs::{Call, Install, touch};
use obstacles::{environment, makes_folder, overlap, rests_on, written_over};
use project::{Project, Reads};
use settings::settings;
use text::{Moving, Place};
use touched::below;
pub(crate) use touched::touched;

/// The pass.
pub const ORDER_COPIES: Transform = Transform {
    name: "order-copies",
    summary: "copy what an install reads first, and everything else behind it",
    levels: &[Safety::Safe, Safety::Review],
    causes: &[
        Difference::CacheRemoval,
        Difference::CopySplit,
        Difference::StepOrder,
        Difference::UnhiddenFolder,
        Difference::Download,
    ],
    source: include_str!("order_copies.rs"),
    declines: reasons::ALL,
    run,
};

/// An obstacle that its rule says all of.
fn because(reason: &'static DeclineReason) -> Refusal {
    (reason, reason.summary.to_owned())
}

fn run(facts: &Facts<'_>, _: &Options) -> Findings {
    let mut findings = Findings::default();
    let build = facts.build();
    let context = LazyCell::new(|| facts.context.filter(|it| all_resolve(build.dockerfile, it)));
    for stage in &build.stages {
        let brings = |step: &BuildStep<'_>| may_bring_folder(build.dockerfile, *context, step);
        let folder = LazyCell::new(|| stage.steps.iter().position(brings));
        for number in 0..stage.steps.len() {
            let step = &stage.steps[number];
            let Some(language) = installs::installs(build.dockerfile, step) else { continue };
            let at = step.instruction.span;
            let repeated =
                if toolchains::builds(build.dockerfile, step) { "download" } else { "install" };
            let cost = format!("every changed file of the project repeats the {repeated}");
            match look(build, *context, (stage, number), &folder, language) {
                None => {}
                Some(Ok(Order { edits, safety, rests_on })) => {
                    let reason = rests_on.map_or(cost.clone(), |it| format!("{cost}; {it}"));
                    findings.rewrites.push(Rewrite { safety, at, reason, edits });
                }
                Some(Err((reason, what))) => {
                    let message = format!("{cost}; {what}");
                    findings.declines.push(Decline { reason, at, message });
                }
            }
        }
    }
    findings
}

/// The order that an install gets.
struct Order {
    edits: Edits,
    safety: Safety,
    /// What it rests on, if that is more than what .dockerignore promises.
    rests_on: Option<String>,
}

/// Looks at an install; `None` if nothing is to be won. `folder` is the first step of the stage that may bring one.
fn look(
    build: &Build<'_>,
    context: Option<&BuildContext>,
    (stage, number): (&BuildStage<'_>, usize),
    folder: &Option<usize>,
    language: bool,
) -> Option<Result<Order, Refusal>> {
    let dockerfile = build.dockerfile;
    // Who builds behind an install of his own has ordered his steps.
    let tool = installs::builder(&stage.steps[number]);
    if tool.is_some() && stage.steps[..number].iter().any(|one| installs::builder(one) == tool) {
        return None;
    }
    let called = toolchains::toolchain(dockerfile, &stage.steps[number]);
    if called.is_some_and(|tool| toolchains::is_called_above(build, stage, number, tool)) {
        return None;
    }
    let behind = |number: usize| folder.is_some_and(|at| at < number);
    let Some(context) = context else {
        return behind(number).then(|| Err(because(&reasons::NO_CONTEXT)));
    };
    let start = toolchains::start(dockerfile, stage, number);
    let before = before(dockerfile, context, stage, start.0);
    let moved = |copied: &Copied<'_>| !language || copied.brings_folders();
    if !before.copies.iter().any(moved) {
        if let Some(obstacle) = before.unclear {
            return Some(Err(obstacle));
        }
        let brought = language && behind(before.end?);
        return brought.then(|| Err(because(&reasons::STEP_BETWEEN)));
    }
    reorder(build, context, (stage, number), &before, start, language).transpose()
}

/// Moves copies behind an install, and leaves what it reads in front; `None` if they bring nothing else.
fn reorder(
    build: &Build<'_>,
    context: &BuildContext,
    (stage, number): (&BuildStage<'_>, usize),
    before: &Before<'_>,
    (first, prepares): (usize, Option<(&str, &str)>),
    language: bool,
) -> Result<Option<Order>, Refusal> {
    let dockerfile = build.dockerfile;
    let step = &stage.steps[number];
    let here = folder(stage, step);
    let install = match toolchains::build(dockerfile, step, &here)? {
        Some(build) => Install { prepares: build.prepares.or(prepares), ..build },
        None => installs::read(dockerfile, (stage, step), &here)?,
    };
    let shared = |copied: &Copied<'_>| {
        let system = !language || install.for_system || before.passed_by(copied).next().is_some();
        is_shared(&copied.place, system)
            || copied.brings.iter().any(|brought| is_shared(&brought.place, system))
    };
    // For packages of the system a configuration file may stay above them.
    let moves = |copied: &Copied<'_>| {
        if language { copied.brings_folders() } else { !shared(copied) }
    };
    let moved: Vec<usize> =
        (0..before.copies.len()).filter(|at| moves(&before.copies[*at])).collect();
    if moved.is_empty() {
        return Err(because(&reasons::SYSTEM_FOLDER));
    }
    let mut targets: Vec<Option<String>> = before.copies.iter().map(|_| None).collect();
    for at in &moved {
        let copied = &before.copies[*at];
        if shared(copied) {
            return Err(because(&reasons::SYSTEM_FOLDER));
        }
        let led = stage.steps[copied.step].state.expanded(&copied.target);
        if step.state.expanded(&copied.target) != led {
            return Err(because(&reasons::KIND_OF_COPY));
        }
        let anywhere = led.is_some_and(|led| led.starts_with('/'));
        if !anywhere && folder(stage, &stage.steps[copied.step]) != here {
            let known = !is_within(&copied.place, SOMEWHERE)
                && text::target_word(copied.instruction).is_some();
            if !known {
                return Err(because(&reasons::RELATIVE_TARGET));
            }
            let slash = if copied.target.ends_with(['/', '.']) { "/" } else { "" };
            targets[*at] = Some(format!("{}{slash}", copied.place));
        }
        let touches =
            |path: &String| copied.brings.iter().any(|brought| touch(path, &brought.place));
        if before.passed_by(copied).flatten().any(touches) {
            return Err(because(&reasons::STEP_BETWEEN));
        }
        if install.touches.iter().any(touches) {
            return Err(because(&reasons::ANOTHER_COMMAND));
        }
        overlap(context, before, *at, &moved)?;
    }
    let stages = below(build, stage);
    let project = Project { dockerfile, context, copies: &before.copies, stages, number };
    let reads = reads(dockerfile, &project, stage, step, &install)?;
    environment(step, &before.copies, &reads.fills)?;
    let folders = install.calls.iter().map(|call| call.folder.as_str());
    let folders: Vec<&str> = folders.chain([install.folder.as_str(), here.as_str()]).collect();
    settings(dockerfile, &project, &folders, &moved)?;
    let mut asked = before.asks.iter().map(|(_, place)| place).chain(&install.asks);
    asked.try_for_each(|place| javascript::names_manager(&project, place))?;
    let bare = written_over(context, before, &moved, &reads)?;
    let mut split: Vec<Vec<String>> = before.copies.iter().map(|_| Vec::new()).collect();
    for place in &reads.manifests {
        let missing = || because(&reasons::NO_MANIFEST);
        let (at, source) = project.source_of(place).ok_or_else(missing)?;
        if moved.contains(&at) && !split[at].contains(&source) {
            split[at].push(source);
        }
    }
    if moved.iter().all(|at| before.copies[*at].brings_only(context, &split[*at])) {
        return Ok(None);
    }
    for at in &moved {
        let copied = &before.copies[*at];
        let asked = before.asks.iter().filter(|(step, _)| *step > copied.step);
        if !asked
            .map(|(_, place)| place)
            .chain(&install.asks)
            .all(|it| reads.manifests.contains(it))
        {
            return Err(because(&reasons::STEP_BETWEEN));
        }
        // What is entered must be there, with a manifest in it.
        let lacks = |entered: &String| {
            *entered != here
                && is_within(entered, &copied.place)
                && !reads.manifests.iter().any(|place| is_within(place, entered))
        };
        if install.entered.iter().any(lacks) {
            return Err(because(&reasons::ANOTHER_COMMAND));
        }
        let fills = reads.fills.iter().any(|place| is_within(place, &copied.place));
        makes_folder(stage, copied, number, fills || !split[*at].is_empty())?;
    }
    let moving = |at: &usize| Moving {
        copied: &before.copies[*at],
        manifests: &split[*at],
        target: targets[*at].clone(),
    };
    let parts: Vec<Moving<'_, '_>> = moved.iter().map(moving).collect();
    let download = match install.tools.first() {
        Some(call) if install.inserted => {
            toolchains::is_kept(dockerfile, stage, number, call)?;
            Some(toolchains::step(&project, call, &install)?)
        }
        _ => None,
    };
    let layered = install.parting.is_some() && stage.stage.ships;
    if layered && install.parting.is_some_and(|parting| parting.hinders(&reads.fills)) {
        return Err(because(&reasons::ANOTHER_COMMAND));
    }
    let reasons = reads.rests_on.into_iter().chain(bare.map(|name| rests_on(&name)));
    let rests_on = reasons.reduce(|one, other| format!("{one}; {other}"));
    let safe = !install.inserted && rests_on.is_none() && !layered;
    let safety = if safe { Safety::Safe } else { Safety::Review };
    let place = match (&download, install.parting) {
        (Some(step), _) => Place::Behind(step),
        (None, Some(parting)) => Place::Within(parting.between, parting.cleans.filter(|_| layered)),
        (None, None) => Place::AfterRun,
    };
    let edits = text::edits(dockerfile, context, stage.steps[first].instruction, &parts, place)?;
    Ok(Some(Order { edits, safety, rests_on }))
}

/// What the installs of a RUN read.
fn reads(
    dockerfile: &Dockerfile<'_>,
    project: &Project<'_, '_>,
    stage: &BuildStage<'_>,
    step: &BuildStep<'_>,
    install: &Install<'_>,
) -> Result<Reads, Refusal> {
    let mut all = Reads::default();
    for Call { row, folder, words } in &install.calls {
        let read = match row.name.as_str() {
            "pip" => python::reads,
            "poetry" => python_projects::poetry,
            "uv" => python_projects::uv,
            "pipenv" => python_projects::pipenv,
            "bundler" => bundler::reads,
            "composer" => composer::reads,
            _ => javascript::reads,
        };
        let one = read(project, row, folder, words)?;
        let names = row.beside.iter().chain(&row.too_much).map(String::as_str);
        if row.needs.as_deref() == Some("package.json") {
            javascript::stands_alone(project, folder)?;
            project.stands_alone(folder, &names.collect::<Vec<_>>())?;
        } else {
            let own = row.lockfiles.iter().chain(&row.needs).map(String::as_str);
            project.stands_alone(folder, &names.chain(own).collect::<Vec<_>>())?;
        }
        all.extend(one);
    }
    for call in &install.tools {
        all.extend(toolchains::reads(dockerfile, project, stage, step, call, &install.folder)?);
    }
    Ok(all)
}
