//! Leave out of an image of Node what only its developers use.
//!
//! `npm ci` installs `devDependencies`, too: test runners, linters, compilers, often more than all that the program
//! needs. Where nothing later asks for them, they need not be installed.
//!
//! ```dockerfile before
//! FROM node:22-slim
//! WORKDIR /app
//! COPY package.json package-lock.json ./
//! RUN npm ci
//! COPY . .
//! CMD ["node", "server.js"]
//! ```
//!
//! ```toml context
//! "package.json" = '{"dependencies": {"express": "^5.0.0"}, "devDependencies": {"jest": "^30.0.0"}}'
//! "package-lock.json" = '{"packages": {"node_modules/jest": {"dev": true}}}'
//! "server.js" = "const express = require('express');"
//! ".dockerignore" = "node_modules"
//! ```
//!
//! ```dockerfile after
//! FROM node:22-slim
//! WORKDIR /app
//! COPY package.json package-lock.json ./
//! RUN npm ci --omit=dev
//! COPY . .
//! CMD ["node", "server.js"]
//! ```
//!
//! Where a stage builds with them, and another one takes its packages, they go again behind its last step:
//!
//! ```dockerfile before
//! FROM node:22 AS build
//! WORKDIR /app
//! COPY package.json package-lock.json ./
//! RUN npm ci
//! COPY . .
//! RUN npm run build
//!
//! FROM node:22-slim
//! WORKDIR /app
//! COPY --from=build /app ./
//! CMD ["node", "dist/server.js"]
//! ```
//!
//! ```toml context
//! "package.json" = '{"scripts": {"build": "tsc"}, "dependencies": {"express": "^5.0.0"}, "devDependencies": {"typescript": "^5.0.0"}}'
//! "package-lock.json" = '{"packages": {"node_modules/typescript": {"dev": true}}}'
//! "src/server.ts" = "import express from 'express';"
//! ".dockerignore" = "node_modules"
//! ```
//!
//! ```dockerfile after
//! FROM node:22 AS build
//! WORKDIR /app
//! COPY package.json package-lock.json ./
//! RUN npm ci
//! COPY . .
//! RUN npm run build
//! RUN npm prune --omit=dev
//!
//! FROM node:22-slim
//! WORKDIR /app
//! COPY --from=build /app ./
//! CMD ["node", "dist/server.js"]
//! ```
//!
//! npm of Node 14 and older is told `--only=production`, yarn 1 `--production`, pnpm `--prod`. Where one stage installs with npm, another one
//! builds with a copy of the packages, or stands on it, and a third one ships them, they go behind the build, and the last one copies them
//! from there.
//!
//! # Declines
//!
//! - A later step may use what would be missing: a build, a test, anything but the programs that are known not to. That
//!   is asked in the stage, in those that are built on it, and in those that take files from it. A build may use them where they go again behind
//!   it and another stage takes the packages.
//! - The install itself may: scripts of the project that run around it, packages that call others when they are installed,
//!   or load them by a name of their own.
//! - A container may: it starts a development tool, or a program that neither Node, the system nor a listed package is known to bring, also
//!   by a shell script of the project, or by the names of scripts behind npm-run-all or concurrently. Or a source names a development dependency, a package that is not listed and may have come
//!   along with one, or what only a variable tells. So may who starts it: a compose file, a script, a page for people.
//! - What a compiler writes may load one that no source names: tslib for `importHelpers`, a module for JSX, the helpers of swc or Babel, what
//!   esbuild takes instead of another.
//! - A stage that builds with them is the base of one that ships, or of many, changes among the packages, brings another manifest or lockfile behind its install, or has a
//!   manager that cannot take packages away again as it installed them.
//! - The author has decided: NODE_ENV, settings of npm, a condition. Or it is not known which release of the manager runs.
//! - The manager is that of PHP or Ruby: a package for development may define functions that a source calls without its name, and
//!   bundler asks for all groups again when a program starts.
//! - Nobody gets the packages, or the stage or the file is there for development (`Dockerfile.dev`).
//!
//! # Safety
//!
//! Review. A source may make the name of a package up by means of its own, and a package may use another that it does not name. The install
//! scripts of packages see NODE_ENV as `production` with npm.

mod builder;
mod builders;
mod calls;
mod foreign;
mod known_builds;
mod others;
mod outside;
mod project;
mod pruned;
mod reasons;
mod scripts;
mod sources;
mod users;
mod written;

use std::collections::BTreeSet;

use dockslim_contract::{BuildContext, Decline, Difference, Findings, Rewrite, Safety};
use dockslim_syntax::{Edits, Keyword};

use crate::facts::{Build, BuildStage, BuildStep, Command};
use crate::pass::Refusal;
use crate::{Facts, Options, Transform};
use calls::Call;
use project::Project;

/// The pass.
pub const DEV_DEPENDENCIES: Transform = Transform {
    name: "dev-dependencies",
    summary: "install no development dependencies of Node that nothing uses, or take them away behind a build",
    levels: &[Safety::Review],
    source: include_str!("dev_dependencies.rs"),
    declines: reasons::ALL,
    causes: &[Difference::DevelopmentPackages],
    run,
};

fn run(facts: &Facts<'_>, options: &Options) -> Findings {
    let mut findings = Findings::default();
    let build = facts.build();
    if !build.may_install {
        return findings;
    }
    for stage in &build.stages {
        for (number, step) in stage.steps.iter().enumerate() {
            if step.instruction.kind != Keyword::Run {
                continue;
            }
            for index in 0..step.content.commands().len() {
                let file = options.file_name.as_deref();
                let context = facts.context;
                let install = Install { context, build, file, stage, number, index };
                let at = install.command().span;
                let Some(call) = Call::of(install) else {
                    let kept = others::kept(install);
                    let declined = kept.map(|(reason, message)| Decline { reason, at, message });
                    findings.declines.extend(declined);
                    continue;
                };
                match install.rewrite(&call) {
                    Ok(rewrite) => findings.rewrites.extend(rewrite),
                    Err((reason, message)) => {
                        findings.declines.push(Decline { reason, at, message });
                    }
                }
            }
        }
    }
    findings
}

/// A command that may install what a package.json lists.
#[derive(Clone, Copy)]
pub(crate) struct Install<'b, 't> {
    pub(crate) context: Option<&'b BuildContext>,
    pub(crate) build: &'b Build<'t>,
    /// The name of the Dockerfile, if it has one.
    pub(crate) file: Option<&'b str>,
    pub(crate) stage: &'b BuildStage<'t>,
    /// The number of its step.
    pub(crate) number: usize,
    /// Its own number among the commands of the step.
    pub(crate) index: usize,
}

/// Whether a container does without the development dependencies that an install brings to `folder`, and that are there for all steps: what
/// it starts, the packages and the sources that it has, and who starts it.
pub(crate) fn container_does_without(
    install: Install<'_, '_>,
    folder: &str,
) -> Result<(), Refusal> {
    let project = Project::of(install, folder)?;
    let builders = builders::of(install, &project);
    starts_without(install, &project, &builders)
}

/// The same, where some files run in no container.
fn starts_without(
    install: Install<'_, '_>,
    project: &Project<'_>,
    builders: &BTreeSet<String>,
) -> Result<(), Refusal> {
    project.packages()?;
    users::at_start(install, project)?;
    outside::starts_none(project)?;
    let foreign = foreign::of(install, project);
    let aside = builders.union(&foreign).cloned().collect();
    sources::name_none(project, &aside)?;
    written::loads_none(project, &aside)
}

impl<'b, 't> Install<'b, 't> {
    fn step(&self) -> &'b BuildStep<'t> {
        &self.stage.steps[self.number]
    }

    fn command(&self) -> &'b Command<'t> {
        &self.step().content.commands()[self.index]
    }

    /// The rewrite of a call; `None` if there is nothing to leave out.
    fn rewrite(&self, call: &Call) -> Result<Option<Rewrite>, Refusal> {
        let folder = calls::folder(*self);
        let project = folder.as_ref().ok().map(|folder| Project::of(*self, folder)).transpose()?;
        if project.as_ref().is_some_and(|project| project.lost.is_empty()) {
            return Ok(None);
        }
        let step = self.step();
        if step.onbuild {
            return Err((&reasons::ONBUILD, "it runs in the builds of others".to_owned()));
        }
        call.is_plain(*self)?;
        let (folder, project) = (folder?, project.ok_or_else(project::no_manifest)?);
        self.reaches_somebody(&folder)?;
        project.is_told_nothing(call)?;
        let alone = project.is_left_alone(call).and_then(|()| users::later(*self, &project));
        if let Err(refusal) = alone {
            return pruned::behind_all(*self, &folder, &project, refusal);
        }
        starts_without(*self, &project, &BTreeSet::new())?;
        let mut edits = Edits::new();
        let flag = call.flag(self.stage.image.as_deref());
        edits.insert(call.end, format!(" {flag}")).map_err(|_| call.unread())?;
        let count = project.lost.len();
        let reason = if count == 1 {
            format!("a development dependency of {} is used by nothing", project.source)
        } else {
            format!("{count} development dependencies of {} are used by nothing", project.source)
        };
        let at = self.command().span;
        Ok(Some(Rewrite { safety: Safety::Review, at, reason, edits }))
    }

    /// Whether somebody gets the packages, and not to develop with them.
    fn reaches_somebody(&self, folder: &str) -> Result<(), Refusal> {
        let used = self.users();
        let shipped = |stage: &&BuildStage<'_>| stage.stage.ships;
        if !used.iter().any(shipped) || !self.is_taken(folder, &used) {
            let message = "nothing that ships takes the packages".to_owned();
            return Err((&reasons::NOT_SHIPPED, message));
        }
        if let Some(file) = self.file.filter(|file| is_for_development(file)) {
            return Err((&reasons::FOR_DEVELOPMENT, format!("{file} is there for development")));
        }
        let mut names = used.iter().filter_map(|stage| stage.stage.name.as_deref());
        if let Some(name) = names.find(|name| is_for_development(name)) {
            let message = format!("the stage {name} is there for development");
            return Err((&reasons::FOR_DEVELOPMENT, message));
        }
        Ok(())
    }

    /// The stages that see what is installed here: this one, those that are built on it, and those that take files from one of
    /// them.
    fn users(&self) -> Vec<&'b BuildStage<'t>> {
        let mut found = vec![self.stage];
        for stage in &self.build.stages[self.stage.stage.index + 1..] {
            let takes = found.iter().any(|other| {
                stage.stage.base == crate::facts::Base::Stage(other.stage.index)
                    || stage.stage.takes_from(&other.stage)
            });
            if takes {
                found.push(stage);
            }
        }
        found
    }

    /// Whether the packages lie in a layer that ships, or are copied into one.
    fn is_taken(&self, folder: &str, used: &[&BuildStage<'_>]) -> bool {
        let built_on = |stage: &&BuildStage<'_>| {
            stage.stage.ships && self.build.builds_on(&stage.stage, self.stage.stage.index)
        };
        used.iter().any(built_on) || users::are_copied(*self, folder, used)
    }
}

/// Whether a stage or a file of this name is there for those who develop or test.
pub(crate) fn is_for_development(name: &str) -> bool {
    let words = ["dev", "test", "lint", "ci", "debug", "check", "local"];
    let name = name.to_ascii_lowercase();
    name.split(['-', '_', '.'])
        .any(|part| words.contains(&part) || part.starts_with("devel") || part.starts_with("test"))
}
