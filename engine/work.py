"""Which function does which job. Imports are lazy: a child that lists devices loads no diffusers.

A runner is a generator: it yields ``Progress`` and returns the job's ``Result``. It raises
``Problem`` for what a user can act on, and lets everything else through.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from engine import api
from engine.context import Context

Run = Generator[api.Progress, None, api.Result]


def _protect_photo(job: api.ProtectPhoto, context: Context) -> Run:
    from engine.photo.protect import protect

    return protect(job, context)


def _measure_photo(job: api.MeasurePhoto, context: Context) -> Run:
    from engine.photo.protect import measure

    return measure(job, context)


def _rehearse_photo(job: api.RehearsePhoto, context: Context) -> Run:
    from engine.rehearse.jobs import rehearse

    return rehearse(job, context)


def _find_faces(job: api.FindFaces, context: Context) -> Run:
    from engine.photo.faces import find

    return find(job, context)


def _list_devices(job: api.ListDevices, context: Context) -> Run:
    from engine.device import list_devices

    yield from ()
    return api.DevicesResult(list_devices())


def _measure_speed(job: api.MeasureSpeed, context: Context) -> Run:
    from engine.measure.speed import measure_speed

    return measure_speed(job, context)


def _list_models(job: api.ListModels, context: Context) -> Run:
    from engine.models.jobs import list_models

    return list_models(job, context)


def _download_model(job: api.DownloadModel, context: Context) -> Run:
    from engine.models.jobs import download_model

    return download_model(job, context)


def _verify_model(job: api.VerifyModel, context: Context) -> Run:
    from engine.models.jobs import verify_model

    return verify_model(job, context)


def _import_model(job: api.ImportModel, context: Context) -> Run:
    from engine.models.jobs import import_model

    return import_model(job, context)


def _remove_model(job: api.RemoveModel, context: Context) -> Run:
    from engine.models.jobs import remove_model

    return remove_model(job, context)


def _move_models(job: api.MoveModels, context: Context) -> Run:
    from engine.models.jobs import move_models

    return move_models(job, context)


def _mark_file(job: api.MarkFile, context: Context) -> Run:
    from engine.watermark.marking import mark

    return mark(job, context)


def _verify_file(job: api.VerifyFile, context: Context) -> Run:
    from engine.watermark.verifying import verify

    return verify(job, context)


def _read_credentials(job: api.ReadCredentials, context: Context) -> Run:
    from engine.watermark.credentials import show

    return show(job, context)


def _sign_file(job: api.SignFile, context: Context) -> Run:
    from engine.watermark.credentials import sign

    return sign(job, context)


def _sanitise_file(job: api.SanitiseFile, context: Context) -> Run:
    from engine.watermark.sanitise import sanitise

    return sanitise(job, context)


def _read_sound(job: api.ReadSound, context: Context) -> Run:
    from engine.voice.clips import read

    return read(job, context)


def _cut_sound(job: api.CutSound, context: Context) -> Run:
    from engine.voice.clips import cut

    return cut(job, context)


def _protect_voice(job: api.ProtectVoice, context: Context) -> Run:
    from engine.voice.protect import protect

    return protect(job, context)


def _measure_voice(job: api.MeasureVoice, context: Context) -> Run:
    from engine.voice.jobs import measure

    return measure(job, context)


def _enrol_voice(job: api.EnrolVoice, context: Context) -> Run:
    from engine.voice.jobs import enrol

    return enrol(job, context)


def _list_profiles(job: api.ListProfiles, context: Context) -> Run:
    from engine.voice.jobs import list_profiles

    return list_profiles(job, context)


def _remove_profile(job: api.RemoveProfile, context: Context) -> Run:
    from engine.voice.jobs import remove_profile

    return remove_profile(job, context)


def _list_scenes(job: api.ListScenes, context: Context) -> Run:
    from engine.voice.jobs import list_scenes

    return list_scenes(job, context)


def _add_scene(job: api.AddScene, context: Context) -> Run:
    from engine.voice.jobs import add_scene

    return add_scene(job, context)


def _remove_scene(job: api.RemoveScene, context: Context) -> Run:
    from engine.voice.jobs import remove_scene

    return remove_scene(job, context)


def _play_scene(job: api.PlayScene, context: Context) -> Run:
    from engine.voice.jobs import play_scene

    return play_scene(job, context)


def _rehearse_voice(job: api.RehearseVoice, context: Context) -> Run:
    from engine.rehearse.voice import rehearse

    return rehearse(job, context)


def _edit_marked(job: api.EditMarked, context: Context) -> Run:
    from engine.watermark.generated import edit

    return edit(job, context)


def _hide_text(job: api.HideText, context: Context) -> Run:
    from engine.watermark.hidden_text import hide

    return hide(job, context)


def _read_text(job: api.ReadText, context: Context) -> Run:
    from engine.watermark.hidden_text import reveal

    return reveal(job, context)


def _list_identities(job: api.ListIdentities, context: Context) -> Run:
    from engine.watermark.session import list_identities

    return list_identities(job, context)


def _restore_identity(job: api.RestoreIdentity, context: Context) -> Run:
    from engine.watermark.session import restore

    return restore(job, context)


def _list_works(job: api.ListWorks, context: Context) -> Run:
    from engine.watermark.evidence import list_works

    return list_works(job, context)


def _write_report(job: api.WriteReport, context: Context) -> Run:
    from engine.watermark.credentials import write_report

    return write_report(job, context)


def _unlock_identities(job: api.UnlockIdentities, context: Context) -> Run:
    from engine.watermark.session import unlock

    return unlock(job, context)


def _sketch_sound(job: api.SketchSound, context: Context) -> Run:
    from engine.listening.sketch import sketch_sound

    return sketch_sound(job, context)


def _draw_sound(job: api.DrawSound, context: Context) -> Run:
    from engine.listening.tiles import draw_sound

    return draw_sound(job, context)


def _check_file(job: api.CheckFile, context: Context) -> Run:
    from engine.check.checking import check

    return check(job, context)


def _enrol_camera(job: api.EnrolCamera, context: Context) -> Run:
    from engine.check.sensor import enrol

    return enrol(job, context)


def _list_cameras(job: api.ListCameras, context: Context) -> Run:
    from engine.check.sensor import known

    yield from ()
    return known(job)


def _calibrate_detectors(job: api.CalibrateDetectors, context: Context) -> Run:
    from engine.check.own_files import calibrate

    return calibrate(job, context)


def _list_detectors(job: api.ListDetectors, context: Context) -> Run:
    from engine.check.downloaded import standing

    yield from ()
    return standing(job, context)


RUNNERS: dict[type[Any], Callable[[Any, Context], Run]] = {
    api.ProtectPhoto: _protect_photo,
    api.MeasurePhoto: _measure_photo,
    api.RehearsePhoto: _rehearse_photo,
    api.FindFaces: _find_faces,
    api.ListDevices: _list_devices,
    api.MeasureSpeed: _measure_speed,
    api.ListModels: _list_models,
    api.DownloadModel: _download_model,
    api.VerifyModel: _verify_model,
    api.ImportModel: _import_model,
    api.RemoveModel: _remove_model,
    api.MoveModels: _move_models,
    api.MarkFile: _mark_file,
    api.VerifyFile: _verify_file,
    api.ReadCredentials: _read_credentials,
    api.SignFile: _sign_file,
    api.SanitiseFile: _sanitise_file,
    api.ReadSound: _read_sound,
    api.CutSound: _cut_sound,
    api.ProtectVoice: _protect_voice,
    api.MeasureVoice: _measure_voice,
    api.EnrolVoice: _enrol_voice,
    api.ListProfiles: _list_profiles,
    api.RemoveProfile: _remove_profile,
    api.ListScenes: _list_scenes,
    api.AddScene: _add_scene,
    api.RemoveScene: _remove_scene,
    api.PlayScene: _play_scene,
    api.RehearseVoice: _rehearse_voice,
    api.EditMarked: _edit_marked,
    api.HideText: _hide_text,
    api.ReadText: _read_text,
    api.ListIdentities: _list_identities,
    api.RestoreIdentity: _restore_identity,
    api.ListWorks: _list_works,
    api.WriteReport: _write_report,
    api.UnlockIdentities: _unlock_identities,
    api.SketchSound: _sketch_sound,
    api.DrawSound: _draw_sound,
    api.CheckFile: _check_file,
    api.EnrolCamera: _enrol_camera,
    api.ListCameras: _list_cameras,
    api.CalibrateDetectors: _calibrate_detectors,
    api.ListDetectors: _list_detectors,
}


def run(job: api.Job, context: Context) -> Run:
    """The generator that does ``job``."""
    return RUNNERS[type(job)](job, context)
