using ConsoleWeb.Components.Forms;
using ConsoleWeb.Components.Pages.Keys;
using ConsoleWeb.Features.Connect;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Pages.Connect;

/// <summary>The form of a new connection: what was chosen, what is wrong with it, what it would create. Knows no component.</summary>
internal sealed class ConnectForm(ConnectService service, ProviderKeyCheck check, IReadOnlyList<ProviderKey> keys, AgentPreset preset, string query)
{
    private readonly ConnectDraft _usual = ConnectDraft.New(preset, service.Names);
    private ConnectDraft? _draft;
    private string? _savedKey;
    private bool _isTyping;

    public ConnectDraft Draft
    {
        get => _draft ??= ConnectDraft.FromQuery(query, _usual);
        set
        {
            if (value.Provider != Draft.Provider)
            {
                (TypedKey, _savedKey, _isTyping, Verdict) = (null, null, false, null);
            }

            _draft = value;
        }
    }

    /// <summary>The part of the address that keeps the choices.</summary>
    public string Query => Draft.ToQuery(_usual);

    /// <summary>Saved keys of the chosen provider, each value or reference once.</summary>
    public IReadOnlyList<ProviderKey> Saved => [.. keys
        .Where(k => k is { IsSet: true, Field: "header_value" } && k.Provider == Draft.Provider)
        .DistinctBy(k => k.Reference ?? k.Id)];

    /// <summary>The saved key that is taken; null: one is typed.</summary>
    public ProviderKey? SavedKey => _isTyping || Saved is not { Count: > 0 } saved ? null : saved.FirstOrDefault(k => k.Id == _savedKey) ?? saved[0];

    public string? TypedKey { get; private set; }

    /// <summary>What the provider said to the key; null: not asked.</summary>
    public KeyVerdict? Verdict { get; private set; }

    public bool IsBusy { get; private set; }

    public IReadOnlyList<string> Errors { get; private set; } = [];

    public NameTaken? PathTaken => service.Names.CheckPath(Draft.Path);

    public NameTaken? ServiceTaken => service.Names.CheckService(Draft.ServiceName);

    public NameTaken? RouteTaken => service.Names.CheckRoute(Draft.RouteName);

    /// <summary>What Create would write, without secrets.</summary>
    public IReadOnlyList<PlannedEntity> Plan => ConnectPlan.Build(
        Draft, SavedKey?.Reference ?? (TypedKey?.StartsWith("{vault://", StringComparison.Ordinal) == true ? TypedKey : SecretPaths.Mask), $"{ConnectService.TagPrefix}{preset.Id}", SecretPaths.Mask);

    public IReadOnlyList<PreviewText> Texts(string admin) => ConnectTexts.Of(Plan, admin);

    public KeySource Key => SavedKey is { } saved ? new KeySource(null, saved.PluginId, saved.Target) : new KeySource(TypedKey);

    /// <param name="id">Null: a key is typed.</param>
    public void ChooseSaved(string? id)
    {
        (_savedKey, _isTyping, Verdict) = (id, id is null, null);
        TypedKey = id is null ? TypedKey : null;
    }

    public void TypeKey(string? key) => (TypedKey, Verdict) = (key, null);

    /// <summary>What keeps Create from working, with the field that it stands in.</summary>
    public IReadOnlyList<(string Field, string Text)> Problems()
    {
        var problems = new List<(string, string)>();
        if (!Key.IsSet)
        {
            problems.Add(("f-key", "Enter the provider’s key, or the name of the variable that holds it."));
        }

        if (!Draft.Path.StartsWith('/') || Draft.Path.Trim().Length < 2)
        {
            problems.Add(("f-path", "The path begins with / and has a word behind it, such as /codex."));
        }
        else if (PathTaken is { } path)
        {
            problems.Add(("f-path", $"{path.Reason} {path.Free} is free."));
        }

        Named("f-service", "service", Draft.ServiceName, ServiceTaken);
        Named("f-route", "route", Draft.RouteName, RouteTaken);
        if (Draft.NeedsModel && string.IsNullOrWhiteSpace(Draft.Model))
        {
            problems.Add(("f-model", $"Name a model of {AgentPreset.ProviderTitle(Draft.Provider)}: {preset.Title} asks for models that only Anthropic has."));
        }

        return problems;

        void Named(string field, string what, string name, NameTaken? taken)
        {
            if (string.IsNullOrWhiteSpace(name))
            {
                problems.Add((field, $"The {what} needs a name."));
            }
            else if (taken is not null)
            {
                problems.Add((field, $"{taken.Reason} {taken.Free} is free."));
            }
        }
    }

    /// <summary>Asks the provider what it thinks of the key.</summary>
    public async Task CheckKeyAsync(CancellationToken cancellationToken)
    {
        if (IsBusy)
        {
            return;
        }

        IsBusy = true;
        try
        {
            Verdict = !Key.IsSet ? new(null, "Enter a key first.")
                : service.Resolve(Draft.Provider, Key) is { } value ? await check.CheckAsync(Draft.Provider, value, cancellationToken)
                : new(false, "The variable is not set in the gateway’s environment, or may not be read.");
        }
        finally
        {
            IsBusy = false;
        }
    }

    /// <returns>The connection; null: <see cref="Errors"/> says why not, and nothing was written.</returns>
    public async Task<NewConnection?> CreateAsync(Actor actor, CancellationToken cancellationToken)
    {
        Errors = [.. Problems().Select(p => p.Text)];
        if (IsBusy || Errors.Count > 0)
        {
            return null;
        }

        IsBusy = true;
        try
        {
            var made = await service.CreateAsync(Draft, Key, actor, cancellationToken);
            if (made.IsError)
            {
                Errors = [.. Explain(made.Error)];
                return null;
            }

            TypedKey = null;
            return made.Value;
        }
        finally
        {
            IsBusy = false;
        }
    }

    private static IEnumerable<string> Explain(Error error) => error switch
    {
        PartRefused { Reason: SchemaViolationError violation } part => violation.Flatten().Select(f => $"{part.Kind.Singular} {part.Name}, {f.Path}: {f.Text}"),
        _ => [error.Message],
    };
}
