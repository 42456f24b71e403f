using System.Text.Json.Nodes;
using ConsoleWeb.Components.Forms;
using ConsoleWeb.Components.Pages.Entities.Parts;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.History;
using Gateway.Shared.Schema;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using MudBlazor;

namespace ConsoleWeb.Components.Pages.Entities;

/// <summary>The form of one entity. What is stored, what is being edited and what someone else stored meanwhile are kept apart.</summary>
public sealed partial class EntityForm
{
    private const string EnabledField = "enabled";
    private FormDocument _form = default!;
    private FormState? _state;
    private EntityLookup _lookup = default!;
    private JsonObject? _stored;
    private JsonObject? _newer;
    private string? _openedFor;
    private string? _saved;
    private bool _isMissing;
    private bool _isGone;
    private bool _isDeleting;
    private bool _isBusy;
    private bool _mayLeave;

    // A new key rebuilds the inputs, so that what was typed into a secret does not stay in the page.
    private int _generation;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private HistoryService History { get; set; } = default!;

    [Parameter, EditorRequired]
    public EntityKind Kind { get; set; } = default!;

    /// <summary>Null: a new one.</summary>
    [Parameter]
    public string? Id { get; set; }

    /// <summary>The plugin of a new instance.</summary>
    [Parameter]
    public string? Plugin { get; set; }

    private string? PluginName => _stored?["name"]?.ToString() ?? Plugin;

    private string Heading => _stored is not null && Kind != EntityKinds.Plugins ? EntityTexts.Name(Kind, _stored)
        : Kind == EntityKinds.Plugins ? PluginInfo.Of(PluginName ?? "").Title
        : $"New {EntityTexts.One(Kind)}";

    private string Purpose => Kind == EntityKinds.Plugins ? PluginInfo.Of(PluginName ?? "").Summary : Kind.Purpose;

    private bool HasEnabled => Kind.Schema.Find(EnabledField) is not null;

    private bool IsEnabled => _state?.Document[EnabledField]?.GetValue<bool>() ?? true;

    private IReadOnlyList<EntityTab> Tabs => EntityTab.Of(Kind);

    /// <summary>The view that the address names; the first one where it names none.</summary>
    private string Tab => _stored is null || Tabs.Count == 0 ? EntityTab.Settings
        : System.Web.HttpUtility.ParseQueryString(new Uri(Navigation.Uri).Query)["tab"] is { } named && Tabs.Any(t => t.Id == named) ? named
        : Tabs[0].Id;

    private string HrefOf(EntityTab tab) => $"{EntityTexts.Href(Kind, _stored!)}?tab={tab.Id}";

    /// <summary>The field of a plugin that points at entities of this kind.</summary>
    private string? ScopeField => EntityKinds.Plugins.ForeignKeys.FirstOrDefault(k => k.References == Kind.Name)?.Field;

    private IReadOnlyList<FormBlock> Blocks => FormLayouts.Of(Kind, PluginName);

    private IReadOnlySet<string> Placed => new HashSet<string>(
        [.. Blocks.SelectMany(b => b.Fields), EnabledField, "config", .. Kind == EntityKinds.Plugins ? ["name", .. ScopePicker.Fields] : Array.Empty<string>()],
        StringComparer.Ordinal);

    /// <summary>What is wrong, from the top of the form to its end.</summary>
    private IEnumerable<KeyValuePair<string, string>> Faults
    {
        get
        {
            var order = Blocks.SelectMany(b => b.Fields).ToList();
            return _state!.Errors.OrderBy(e => order.FindIndex(f => e.Key == f || e.Key.StartsWith(f + ".", StringComparison.Ordinal)) is var at and >= 0 ? at : order.Count);
        }
    }

    private string SettingsHint => Kind == EntityKinds.Plugins ? "What this plugin does" : Kind == EntityKinds.Vaults ? "Where it looks" : "What plugins that use it share";

    private RecordSchema? Config => _form.ConfigSchema(_state!.Document);

    private JsonObject ConfigValue => _state!.Document["config"] as JsonObject ?? NewConfig();

    private IReadOnlyList<string> ForbiddenScopes => Plugins.Find(PluginName ?? "")?.Rules.ForbiddenFields ?? [];

    private IEnumerable<string> Notes => Kind == EntityKinds.Plugins
        ? PluginNotes.Of(_state!.Document, _stored?["id"]?.ToString(), _lookup.All(Kind))
        : [];

    private JsonObject Preview => _form.Masked(_state!.Document);

    private IReadOnlyList<(EntityKind Kind, JsonObject Entity)> Related => Entities.ListDependents(Kind, Guid.Parse(_stored!["id"]!.ToString()), Actor);

    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        Open();
    }

    protected override void OnParametersSet()
    {
        // The same page component serves every entity of a kind; the address says which one.
        if (_openedFor is not null && _openedFor != Key)
        {
            Open();
        }
    }

    protected override Task<bool> RefreshAsync()
    {
        _lookup = new EntityLookup(Entities, Actor);
        if (_stored is not null && !_isBusy)
        {
            CheckStored();
        }

        return Task.FromResult(true);
    }

    private Guid? StoredId => _stored is null ? null : Guid.Parse(_stored["id"]!.ToString());

    private string Key => $"{Kind.Name} {Id} {Plugin}";

    private void Open()
    {
        (_openedFor, _saved, _newer, _isGone, _isDeleting) = (Key, null, null, false, false);
        (_drafts, _draft, _yaml, _yamlProblems) = (null, null, null, []);
        _form = new FormDocument(Kind, Plugins);
        _lookup = new EntityLookup(Entities, Actor);
        _stored = Id is null ? null : Entities.Find(Kind, Id, Actor);
        _isMissing = (Id is not null && _stored is null) || (Plugin is not null && Plugins.Find(Plugin) is null);
        if (!_isMissing)
        {
            Edit(_stored is null ? Template() : _form.Open(_stored));
        }
    }

    private void Edit(JsonObject document)
    {
        _generation++;
        _state = new FormState(document) { Form = _form, Changed = OnEdited };
    }

    /// <summary>What a new entity starts from: the scope in the address, a copy of another one, the usual settings of a plugin.</summary>
    private JsonObject Template()
    {
        var query = System.Web.HttpUtility.ParseQueryString(new Uri(Navigation.Uri).Query);
        JsonObject document;
        if (query["copy"] is { } copied && Entities.Find(Kind, copied, Actor) is { } original)
        {
            document = _form.Open(original);
            SecretPaths.Replace(document, Kind.Schema, Plugins, (_, _) => null);
            if (Kind.EndpointKey is { } key && document[key] is { } name)
            {
                document[key] = FreeName(key, name.ToString());
            }
        }
        else
        {
            document = Plugin is null ? [] : PluginInfo.Template(Plugin);
        }

        foreach (var foreign in Kind.ForeignKeys)
        {
            if (Guid.TryParse(query[foreign.Field], out var id))
            {
                document[foreign.Field] = new JsonObject { ["id"] = id.ToString() };
            }
        }

        return document;
    }

    private string FreeName(string key, string name)
    {
        var taken = _lookup.All(Kind).Select(e => e[key]?.ToString()).ToHashSet();
        return Enumerable.Range(2, 1000).Select(n => $"{name}-{n}").First(n => !taken.Contains(n));
    }

    private JsonObject NewConfig()
    {
        var config = new JsonObject();
        _state!.Document["config"] = config;
        return config;
    }

    private void OnEdited()
    {
        _saved = null;
        if (Kind != EntityKinds.Plugins)
        {
            _form.FitConfig(_state!.Document);
        }
        else if (_state!.Document["config"] is JsonObject config)
        {
            PluginInfo.FollowProvider(config);
        }

        _state!.Recheck(Check(_state.Document), TakenNames());
        _ = KeepDraftAsync();
        StateHasChanged();
    }

    private async Task SaveAsync()
    {
        if (_isBusy || !CanEdit || (_yaml is not null && !TakeText()))
        {
            return;
        }

        // A change of someone else is never overwritten unseen.
        if (_stored is not null && CheckStored())
        {
            return;
        }

        _isBusy = true;
        try
        {
            await WriteAsync();
        }
        finally
        {
            _isBusy = false;
        }
    }

    private async Task WriteAsync()
    {
        var document = _form.Close(_state!.Document);
        PluginInfo.CompleteKeys(document);
        var result = _stored is null
            ? await Entities.CreateAsync(Kind, document, Actor, Stopping)
            : await Entities.UpsertAsync(Kind, _stored["id"]!.ToString(), document, Actor, Stopping);
        if (result.IsError)
        {
            _state.Show(result.Error);
            StateHasChanged();
            if (Faults.FirstOrDefault().Key is { } first)
            {
                await FocusAsync(first);
            }

            return;
        }

        var isNew = _stored is null;
        _stored = result.Value;
        (_newer, _isGone) = (null, false);
        Edit(_form.Open(_stored));
        _yaml = _yaml is null ? null : Yaml.Write(_form.Close(_state!.Document));
        await DropDraftAsync();
        _lookup = new EntityLookup(Entities, Actor);
        _saved = isNew ? "Created" : "Saved";
        if (isNew)
        {
            Snackbar.Add($"{char.ToUpperInvariant(EntityTexts.One(Kind)[0])}{EntityTexts.One(Kind)[1..]} {EntityTexts.Name(Kind, _stored)} created", Severity.Normal);
            Navigation.NavigateTo(EntityTexts.Href(Kind, _stored), replace: true);
        }
    }

    private async Task FocusAsync(string path)
    {
        try
        {
            await Js.InvokeVoidAsync("gatehouse.reveal", path);
        }
        catch (JSDisconnectedException)
        {
            // The page is being left.
        }
    }

    private async Task ConfirmLeaveAsync(LocationChangingContext context)
    {
        // Another view of the same entity keeps what was typed.
        var stays = Navigation.ToAbsoluteUri(context.TargetLocation).AbsolutePath == new Uri(Navigation.Uri).AbsolutePath;
        if (_state is not { IsChanged: true } || stays || _mayLeave)
        {
            return;
        }

        if (await Js.InvokeAsync<bool>("confirm", "Leave without saving your changes?"))
        {
            await DropDraftAsync();
        }
        else
        {
            context.PreventNavigation();
        }
    }

    private void OnDeleted(object deleted)
    {
        _mayLeave = true;
        new DeletedToast(Snackbar, History).Show((Deleted)deleted, Actor);
        Navigation.NavigateTo(EntityTexts.Href(Kind));
    }

    private bool IsOpen(FormBlock block) => block.Fields.Any(f => _state!.HasErrorBelow(f)) || SetIn(block).Any();

    private IEnumerable<string> SetIn(FormBlock block) => block.Fields.Where(f => _form.Resolve(_state!.Document, f) is { } found && found.Parent[found.Field.Name] is not null);

    private string SummaryOf(FormBlock block) => SetIn(block).ToList() is { Count: > 0 } set
        ? $"{set.Count} set"
        : $"as usual: {string.Join(", ", block.Fields.Select(f => FieldLabels.Of(f.Split('.')[^1]).ToLowerInvariant()))}";

    private string NamesOf(RecordSchema schema, string path, bool? inert = null)
    {
        var fields = RecordFields.Shown(schema, path, Placed, inert).ToList();
        var holder = path.Length == 0 ? _state!.Document : ConfigValue;
        var set = fields.Where(f => IsSetOutside(holder[f.Name], path.Length == 0 ? f.Name : $"{path}.{f.Name}")).ToList();
        return set.Count > 0
            ? $"{set.Count} set: {string.Join(", ", set.Select(f => FieldLabels.Of(f).ToLowerInvariant()))}"
            : string.Join(", ", fields.Take(6).Select(f => FieldLabels.Of(f).ToLowerInvariant())) + (fields.Count > 6 ? "…" : "");
    }

    /// <summary>Whether something is set at a path or below it that no block shows.</summary>
    private bool IsSetOutside(JsonNode? value, string path) => !Placed.Contains(path) && value switch
    {
        null => false,
        JsonObject inner => inner.Any(p => IsSetOutside(p.Value, $"{path}.{p.Key}")),
        _ => true,
    };

    private bool HasErrorIn(bool inert) => RecordFields.Shown(Kind.Schema, "", Placed, inert).Any(f => _state!.HasErrorBelow(f.Name));
}
