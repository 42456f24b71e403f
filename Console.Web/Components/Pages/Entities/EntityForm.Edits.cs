using System.Text.Json.Nodes;
using ConsoleWeb.Components.Controls;
using ConsoleWeb.Components.Forms;
using ConsoleWeb.Features.History;
using ConsoleWeb.Features.Transfer;
using Gateway.Shared.Results;

namespace ConsoleWeb.Components.Pages.Entities;

/// <content>What may come between an edit and its save: another's change, a restart, the same thing as text.</content>
public sealed partial class EntityForm
{
    private IReadOnlyList<MergeField> _merge = [];
    private string? _newerBy;
    private string? _newerWhen;
    private FormDraft? _drafts;
    private FormDraft.Kept? _draft;

    /// <summary>The text while it is edited as text; null: as a form.</summary>
    private string? _yaml;
    private IReadOnlyList<ImportProblem> _yamlProblems = [];

    private FormYaml Yaml => new(Kind, Plugins, (kind, nameOrId) => Entities.Find(kind, nameOrId, Actor));

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        await base.OnAfterRenderAsync(firstRender);
        if (_drafts is null && _state is not null)
        {
            _drafts = new FormDraft(Js, Kind, Plugins, $"{Key}{new Uri(Navigation.Uri).Query}");
            var kept = await _drafts.FindAsync();
            if (kept is not null && !JsonNode.DeepEquals(_form.Close(kept.Document), _form.Close(_state.Document)))
            {
                _draft = kept;
                StateHasChanged();
            }
        }
    }

    private void RestoreDraft()
    {
        Edit(_draft!.Document);
        _draft = null;
        _state!.Touch();
    }

    private async Task DropDraftAsync()
    {
        _draft = null;
        if (_drafts is not null)
        {
            await _drafts.DropAsync();
        }
    }

    private async Task KeepDraftAsync()
    {
        if (_drafts is not null)
        {
            await _drafts.KeepAsync(_state!.Document, Time.GetUtcNow());
        }
    }

    /// <summary>Names that are taken, which a form knows before it is saved.</summary>
    private IEnumerable<KeyValuePair<string, string>> TakenNames()
    {
        if (Kind.EndpointKey is { } key && Kind.Schema.Find(key)?.Secret != true
            && _state!.Document[key]?.ToString() is { Length: > 0 } name
            && Entities.Find(Kind, name, Actor) is { } other && other[key]?.ToString() == name && other["id"]!.ToString() != _stored?["id"]?.ToString())
        {
            yield return KeyValuePair.Create(key, $"Another {EntityTexts.One(Kind)} is called {name}.");
        }
    }

    private Error? Check(JsonObject document) => Entities.Validate(Kind, _form.Close(document)).Error;

    private void EditAsText()
    {
        _yaml ??= Yaml.Write(_form.Close(_state!.Document));
        _yamlProblems = [];
    }

    private void EditAsForm()
    {
        if (_yaml is not null && TakeText())
        {
            _yaml = null;
        }
    }

    private void DiscardText() => (_yaml, _yamlProblems) = (null, []);

    private void SetText(string text)
    {
        _yaml = text;
        _state!.Touch();
    }

    /// <summary>Makes the text the document of the form.</summary>
    /// <returns>False when it cannot be read; what is wrong is shown.</returns>
    private bool TakeText()
    {
        var read = Yaml.Read(_yaml!, _state!.Document, Check);
        _yamlProblems = read.Error is ImportRefused refused ? refused.Problems : [];
        if (read.IsError)
        {
            return false;
        }

        var isChanged = _state.IsChanged || !JsonNode.DeepEquals(_form.Close(_state.Document), read.Value);
        Edit(read.Value!);
        if (isChanged)
        {
            _state.Touch();
        }

        return true;
    }

    /// <returns>Whether what is stored is no longer what this form was opened with.</returns>
    private bool CheckStored()
    {
        var now = Entities.Find(Kind, _stored!["id"]!.ToString(), Actor);
        _isGone = now is null;
        if (now is null)
        {
            return false;
        }

        if (JsonNode.DeepEquals(now, _stored))
        {
            _newer = null;
            return false;
        }

        if (!_state!.IsChanged)
        {
            // Nothing of this person's is at stake: just show the new state.
            _stored = now;
            Edit(_form.Open(now));
            _yaml = _yaml is null ? null : Yaml.Write(_form.Close(_state.Document));
            return false;
        }

        if (!JsonNode.DeepEquals(now, _newer))
        {
            _newer = now;
            _merge = FormMerge.Compare(_form.Open(_stored), _form.Open(now), _form.Close(_state.Document));
            _ = FindWhoAsync(Guid.Parse(now["id"]!.ToString()));
        }

        return true;
    }

    private async Task FindWhoAsync(Guid id)
    {
        (_newerBy, _newerWhen) = (null, null);
        var page = await History.ListAsync(new HistoryFilter(Entity: id), null, 1, Stopping);
        if (page.Rows is [var last, ..])
        {
            (_newerBy, _newerWhen) = (last.Actor, Formats.Relative(last.At, Time.GetUtcNow(), Zone));
            await InvokeAsync(StateHasChanged);
        }
    }

    private async Task TakeTheirsAsync()
    {
        (_stored, _newer) = (_newer, null);
        Edit(_form.Open(_stored!));
        _yaml = null;
        await DropDraftAsync();
    }

    private async Task KeepMineAsync()
    {
        (_stored, _newer) = (_newer, null);
        await SaveAsync();
    }

    private async Task SaveMergedAsync()
    {
        (_stored, _newer) = (_newer, null);
        Edit(FormMerge.Merge(_form.Close(_state!.Document), _merge));
        _state.Touch();
        _yaml = null;
        await SaveAsync();
    }
}
