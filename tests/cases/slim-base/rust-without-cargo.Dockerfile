FROM rust:1.75-bookworm
CMD ["rustc", "--version"]
