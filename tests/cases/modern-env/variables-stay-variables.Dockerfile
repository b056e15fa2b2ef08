FROM debian:12
ENV A=1
ENV B $A and ${A:-one more}
ENV C it is $A"th" now
ENV D costs 5$ or $(date)
ENV E not '$A' and not \$A
