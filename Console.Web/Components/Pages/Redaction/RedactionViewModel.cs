using System.Globalization;
using System.Text.RegularExpressions;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Redaction;
using Gateway.Core.Configuration;
using Gateway.Core.Logging.Redaction;

namespace ConsoleWeb.Components.Pages.Redaction;

/// <summary>What a person has set and not yet saved, and what it would make of a sample.</summary>
public sealed partial class RedactionViewModel
{
    private readonly RedactionService _redaction;
    private readonly SnapshotHolder _snapshots;

    internal RedactionViewModel(RedactionService redaction, SnapshotHolder snapshots) => (_redaction, _snapshots) = (redaction, snapshots);

    /// <summary>A request as an agent may send one; every preset finds something. Put together, so that no scanner takes it for a leak.</summary>
    public static readonly string Example = """
        {
          "model": "claude-sonnet-4-5",
          "metadata": { "user_id": "user_3f2a" },
          "messages": [
            { "role": "user", "content": "git log says Ann Lee <ann.lee@example.org>. Deploy with OPENAI_API_KEY=sk-@@proj-Zx81kQ0vT7mWc2Lr9Hn4 please." },
            { "role": "assistant", "content": "curl -H 'Authorization: Bearer 5f0c@@9d1e7b3a4c2f8e6d' https://api.example.org" },
            { "role": "user", "content": "The test card is 4111 1111@@ 1111 1111, the session eyJhbGciOiJI@@UzI1NiJ9.eyJzdWIiOiIx@@MjM0In0.c2lnbmF0dXJl" }
          ]
        }
        """.Replace("@@", "", StringComparison.Ordinal);

    private RedactionSettings _saved = RedactionSettings.Default;
    private string _sample = "";

    public bool KeepsBodies { get; set; } = true;

    public HashSet<string> Presets { get; } = new(StringComparer.Ordinal);

    public List<RuleDraft> Rules { get; } = [];

    public IReadOnlyList<AiPlugin> Plugins { get; private set; } = [];

    public IReadOnlyList<RedactionRule> FixedRules => _redaction.FixedRules;

    internal RedactionState State => _redaction.Current;

    /// <summary>Why nothing was saved; null: nothing is wrong.</summary>
    public string? Problem { get; private set; }

    public bool IsSaved { get; private set; }

    /// <summary>The AI plugin whose call the sample is; null: one without rules of its own.</summary>
    public Guid? SamplePlugin { get; set; }

    /// <summary>Why the rules cannot be tried; null while they can.</summary>
    public string? TrialProblem { get; private set; }

    /// <summary>What would be stored of the sample, in pieces; null without a sample.</summary>
    public IReadOnlyList<TrialPiece>? Pieces { get; private set; }

    public IReadOnlyList<(string Rule, int Places)> Fired { get; private set; } = [];

    public string Sample
    {
        get => _sample;
        set
        {
            _sample = value;
            Try();
        }
    }

    public bool IsChanged => RedactionDocument.Write(Draft()).ToJsonString() != RedactionDocument.Write(_saved).ToJsonString();

    public void Load()
    {
        _saved = _redaction.Current.Settings;
        Plugins = AiPlugin.List(_snapshots.Current?.Config ?? GatewayConfig.Empty);
        KeepsBodies = _saved.KeepsBodies;
        Presets.Clear();
        Presets.UnionWith(_saved.Presets);
        Rules.Clear();
        Rules.AddRange(_saved.Rules.Select(RuleDraft.Of));
        (Problem, IsSaved) = (null, false);
        Try();
    }

    public void SetPreset(string id, bool isOn)
    {
        _ = isOn ? Presets.Add(id) : Presets.Remove(id);
        Changed();
    }

    public void AddRule()
    {
        Rules.Add(new RuleDraft());
        Changed();
    }

    public void RemoveRule(RuleDraft rule)
    {
        Rules.Remove(rule);
        Changed();
    }

    /// <summary>Something was edited: tries the sample anew.</summary>
    public void Changed()
    {
        IsSaved = false;
        Try();
    }

    internal async Task SaveAsync(Actor actor, CancellationToken cancellationToken)
    {
        var set = await _redaction.SetAsync(Draft(), actor, cancellationToken);
        if (set.IsError)
        {
            Problem = Words(set.Error.Message);
            return;
        }

        Load();
        IsSaved = true;
    }

    private static string Words(string message) =>
        RuleNumber().Replace(message, m => string.Create(CultureInfo.InvariantCulture, $"Rule {int.Parse(m.Groups[1].ValueSpan, CultureInfo.InvariantCulture) + 1}, {m.Groups[2].Value}"));

    /// <summary>Cuts a text where rules have left their names.</summary>
    private static List<TrialPiece> Cut(string text, IReadOnlyList<(string Rule, int Places)> fired)
    {
        var pieces = new List<TrialPiece>();
        var copied = 0;
        foreach (Match match in Marker().Matches(text))
        {
            if (fired.All(f => f.Rule != match.Groups[1].Value))
            {
                continue;
            }

            if (match.Index > copied)
            {
                pieces.Add(new TrialPiece(text[copied..match.Index], null));
            }

            pieces.Add(new TrialPiece(match.Value, match.Groups[1].Value));
            copied = match.Index + match.Length;
        }

        if (copied < text.Length)
        {
            pieces.Add(new TrialPiece(text[copied..], null));
        }

        return pieces;
    }

    // In the order in which presets are shown, so that on and off again is no change.
    private RedactionSettings Draft() => new()
    {
        KeepsBodies = KeepsBodies,
        Presets = [.. _saved.Presets.Where(Presets.Contains), .. RedactionPreset.All.Select(p => p.Id).Where(id => Presets.Contains(id) && !_saved.Presets.Contains(id))],
        Rules = [.. Rules.Select(r => r.ToRule())],
    };

    private void Try()
    {
        (Pieces, Fired, TrialProblem) = (null, [], null);
        if (_sample.Length == 0)
        {
            return;
        }

        var tried = _redaction.Try(_sample, Draft(), SamplePlugin);
        if (tried.IsError)
        {
            TrialProblem = Words(tried.Error.Message);
            return;
        }

        Fired = tried.Value.Fired;
        Pieces = Cut(tried.Value.Kept, Fired);
    }

    [GeneratedRegex(@"\[redacted:([A-Za-z0-9_-]{1,40})\]", RegexOptions.CultureInvariant)]
    private static partial Regex Marker();

    [GeneratedRegex(@"^rules\[(\d+)\]\.(\w+)", RegexOptions.CultureInvariant)]
    private static partial Regex RuleNumber();
}

/// <summary>A piece of what would be stored.</summary>
/// <param name="Rule">The rule that took out what stood here; null: the text as it was.</param>
public sealed record TrialPiece(string Text, string? Rule);

/// <summary>A rule while it is edited.</summary>
public sealed class RuleDraft
{
    public string Name { get; set; } = "";

    public RuleKind Kind { get; set; }

    public string Text { get; set; } = "";

    /// <summary>The one plugin whose calls it is for; null: all traffic.</summary>
    public Guid? Plugin { get; set; }

    /// <summary>More plugins, which only the Admin API sets; they are kept.</summary>
    public IReadOnlyList<Guid> MorePlugins { get; private init; } = [];

    public static RuleDraft Of(RedactionRule rule) => new()
    {
        Name = rule.Name,
        Kind = !string.IsNullOrEmpty(rule.Path) ? RuleKind.Path : !string.IsNullOrEmpty(rule.Header) ? RuleKind.Header : RuleKind.Pattern,
        Text = rule.Path ?? rule.Header ?? rule.Pattern ?? "",
        Plugin = rule.Plugins.Count > 0 ? rule.Plugins[0] : null,
        MorePlugins = [.. rule.Plugins.Skip(1)],
    };

    public RedactionRule ToRule() => new()
    {
        Name = Name.Trim(),
        Path = Kind == RuleKind.Path ? Text.Trim() : null,
        Pattern = Kind == RuleKind.Pattern ? Text : null,
        Header = Kind == RuleKind.Header ? Text.Trim() : null,
        Plugins = Plugin is { } plugin ? [plugin, .. MorePlugins.Where(id => id != plugin)] : [],
    };
}

/// <summary>What a rule looks at.</summary>
public enum RuleKind
{
    Path,
    Pattern,
    Header,
}
