; The Windows installer: lays the program's folder down for one user, without administrator rights,
; and lets installers\bootstrap.py fetch the right PyTorch for the computer's GPU at the first
; start. Built on Linux or Windows by installers/build_windows.py, which defines VERSION, PAYLOAD,
; OUTPUT and ICON.
Unicode true
!include MUI2.nsh
!include LogicLib.nsh
!include x64.nsh

Name "Cloakroom"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\Cloakroom"
InstallDirRegKey HKCU "Software\Cloakroom" "Folder"
RequestExecutionLevel user
SetCompressor zlib
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Cloakroom"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Cloakroom setup"
VIAddVersionKey "LegalCopyright" "MIT licence"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\Cloakroom.cmd"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"

LangString NoPython ${LANG_ENGLISH} "Cloakroom needs Python 3.11 or 3.12 from python.org. Install it, then run this setup again. Open the download page now?"
LangString NoPython ${LANG_SIMPCHINESE} "Cloakroom 需要 python.org 提供的 Python 3.11 或 3.12。请先安装,再重新运行本安装程序。现在打开下载页面吗?"
LangString Not64 ${LANG_ENGLISH} "Cloakroom needs a 64-bit Windows."
LangString Not64 ${LANG_SIMPCHINESE} "Cloakroom 需要 64 位 Windows。"
LangString Repair ${LANG_ENGLISH} "Repair Cloakroom"
LangString Repair ${LANG_SIMPCHINESE} "修复 Cloakroom"

Var Python

Function FindPython
  StrCpy $Python ""
  ${For} $1 11 12
    ReadRegStr $2 HKCU "Software\Python\PythonCore\3.$1\InstallPath" "ExecutablePath"
    ${If} $2 == ""
      ReadRegStr $2 HKLM "Software\Python\PythonCore\3.$1\InstallPath" "ExecutablePath"
    ${EndIf}
    ${If} ${FileExists} "$2"
    ${AndIf} $2 != ""
      StrCpy $Python "$2"
    ${EndIf}
  ${Next}
FunctionEnd

Function .onInit
  !insertmacro MUI_LANGDLL_DISPLAY
  ${IfNot} ${RunningX64}
    MessageBox MB_ICONSTOP "$(Not64)"
    Abort
  ${EndIf}
  SetRegView 64
  Call FindPython
  ${If} $Python == ""
    MessageBox MB_YESNO|MB_ICONEXCLAMATION "$(NoPython)" IDNO stop
    ExecShell "open" "https://www.python.org/downloads/windows/"
    stop:
    Abort
  ${EndIf}
FunctionEnd

Section "Cloakroom"
  SetOutPath "$INSTDIR"
  ; A newer version replaces the program; .venv stays and is brought up to date at the next start.
  RMDir /r "$INSTDIR\app"
  RMDir /r "$INSTDIR\ui"
  RMDir /r "$INSTDIR\engine"
  RMDir /r "$INSTDIR\assets"
  RMDir /r "$INSTDIR\installers"
  File /r "${PAYLOAD}/*.*"
  File "/oname=cloakroom.ico" "${ICON}"
  FileOpen $0 "$INSTDIR\Cloakroom.cmd" w
  FileWrite $0 "@echo off$\r$\n$\"$Python$\" $\"%~dp0installers\bootstrap.py$\" run %*$\r$\nif errorlevel 1 pause$\r$\n"
  FileClose $0
  FileOpen $0 "$INSTDIR\Repair.cmd" w
  FileWrite $0 "@echo off$\r$\n$\"$Python$\" $\"%~dp0installers\bootstrap.py$\" repair$\r$\npause$\r$\n"
  FileClose $0
  CreateDirectory "$SMPROGRAMS\Cloakroom"
  CreateShortcut "$SMPROGRAMS\Cloakroom\Cloakroom.lnk" "$INSTDIR\Cloakroom.cmd" "" "$INSTDIR\cloakroom.ico" 0 SW_SHOWMINIMIZED
  CreateShortcut "$SMPROGRAMS\Cloakroom\$(Repair).lnk" "$INSTDIR\Repair.cmd" "" "$INSTDIR\cloakroom.ico"
  WriteUninstaller "$INSTDIR\Uninstall.exe"
  WriteRegStr HKCU "Software\Cloakroom" "Folder" "$INSTDIR"
  !define ENTRY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Cloakroom"
  WriteRegStr HKCU "${ENTRY}" "DisplayName" "Cloakroom"
  WriteRegStr HKCU "${ENTRY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${ENTRY}" "DisplayIcon" "$INSTDIR\cloakroom.ico"
  WriteRegStr HKCU "${ENTRY}" "UninstallString" "$\"$INSTDIR\Uninstall.exe$\""
  WriteRegStr HKCU "${ENTRY}" "ModifyPath" "$\"$INSTDIR\Repair.cmd$\""
SectionEnd

Section "Uninstall"
  ; Only what the setup and the first start put here: never a folder somebody else filled.
  RMDir /r "$INSTDIR\app"
  RMDir /r "$INSTDIR\ui"
  RMDir /r "$INSTDIR\engine"
  RMDir /r "$INSTDIR\assets"
  RMDir /r "$INSTDIR\installers"
  RMDir /r "$INSTDIR\.venv"
  RMDir /r "$INSTDIR\cloakroom.egg-info"
  Delete "$INSTDIR\pyproject.toml"
  Delete "$INSTDIR\README.md"
  Delete "$INSTDIR\cloakroom.ico"
  Delete "$INSTDIR\Cloakroom.cmd"
  Delete "$INSTDIR\Repair.cmd"
  Delete "$INSTDIR\Uninstall.exe"
  RMDir "$INSTDIR"
  RMDir /r "$SMPROGRAMS\Cloakroom"
  DeleteRegKey HKCU "Software\Cloakroom"
  DeleteRegKey HKCU "${ENTRY}"
SectionEnd
