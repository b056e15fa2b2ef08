from debian:12 as build
run true
healthcheck none
onbuild run make
healthcheck --interval=5s cmd true
Copy --from=build /a /b
