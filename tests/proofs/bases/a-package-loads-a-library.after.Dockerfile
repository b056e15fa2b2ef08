FROM python:3.12-slim-bookworm
RUN pip install opencv-python
CMD ["python","-c","import cv2"]
