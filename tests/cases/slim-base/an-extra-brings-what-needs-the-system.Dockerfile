FROM python:3.11-bookworm
RUN pip install scenedetect[opencv-headless]==0.6.3
COPY main.py /main.py
CMD ["python", "/main.py"]
