@echo off
rem Installs Shanfu from this folder, without any network: install.cmd [--to FOLDER]
setlocal
chcp 65001 >nul
where py >nul 2>nul
if errorlevel 1 goto plain
py -@PYTHON@ -I -X utf8 "%~dp0install.py" %*
goto done
:plain
python -I -X utf8 "%~dp0install.py" %*
:done
set CODE=%ERRORLEVEL%
if not defined SHANFU_NO_PAUSE pause
exit /b %CODE%
