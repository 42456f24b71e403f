using Gateway.Shared.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Logging.Redaction;

/// <summary>
/// Takes what the rules say out of records. Who writes a record somewhere asks first, on its own thread: log plugins in the log phase,
/// then the writer of the store; the client has its answer long before.
/// </summary>
/// <param name="time">Counts how long a thread is at work.</param>
internal sealed class PayloadRedactor(IOptions<RedactionOptions> options, TimeProvider time)
{
    /// <summary>Stands in the place of what the rules could not look through: they took too long, or failed.</summary>
    public const string NotChecked = "not-checked";

    private volatile RedactionRules _rules = RedactionRules.Create(options.Value.Rules, RedactionSettings.Default);

    /// <summary>The rules of the file of settings, which nobody can change while the program runs.</summary>
    public IReadOnlyList<RedactionRule> FixedRules => [.. options.Value.Rules];

    /// <summary>From now on records are treated by these; they must have been checked.</summary>
    public void Set(RedactionSettings settings) => _rules = RedactionRules.Create(options.Value.Rules, settings);

    /// <summary>Everything but the bodies: for who writes a finished record without them. Called by whose the record is at that time.</summary>
    public void ApplyHead(RequestRecord record)
    {
        if (record.IsRedacted)
        {
            return;
        }

        var rules = _rules.For(record.Llm?.PluginId);
        record.IsRedacted = true;
        record.Uri = Text(record.Uri, rules);
        record.UpstreamUri = Text(record.UpstreamUri, rules);
        record.ErrorMessage = record.ErrorMessage is { } error ? Text(error, rules) : null;
        record.RequestHeaders = Headers(record.RequestHeaders, rules);
        record.ResponseHeaders = Headers(record.ResponseHeaders, rules);
        foreach (var tried in record.Llm?.TriedTargets ?? [])
        {
            tried.Error = tried.Error is { } failure ? Text(failure, rules) : null;
        }
    }

    /// <summary>All of a finished record. The second call changes nothing.</summary>
    public void Apply(RequestRecord record)
    {
        ApplyHead(record);
        if (record.Llm is not { IsRedacted: false } llm)
        {
            return;
        }

        llm.IsRedacted = true;
        if ((llm.RequestPayload ?? llm.ResponsePayload ?? llm.ClientPayload) is null)
        {
            return;
        }

        var rules = _rules;
        if (!rules.KeepsBodies)
        {
            (llm.RequestPayload, llm.ResponsePayload, llm.ClientPayload) = (null, null, null);
            return;
        }

        var selection = rules.For(llm.PluginId);
        var fired = new SortedSet<string>(StringComparer.Ordinal);
        llm.RequestPayload = Body(llm.RequestPayload, selection, fired);
        llm.ResponsePayload = Body(llm.ResponsePayload, selection, fired);
        llm.ClientPayload = Body(llm.ClientPayload, selection, fired);
        llm.Redacted = [.. fired];
    }

    /// <summary>The record as somebody may see it while others still write it: the same one where the rules find nothing in its head.</summary>
    public RequestRecord View(RequestRecord record)
    {
        var rules = _rules.For(record.Llm?.PluginId);
        var (request, response, uri, error) = (record.RequestHeaders, record.ResponseHeaders, record.Uri, record.ErrorMessage);
        var (newRequest, newResponse, newUri) = (Headers(request, rules), Headers(response, rules), Text(uri, rules));
        var newError = error is null ? null : Text(error, rules);
        return ReferenceEquals(newRequest, request) && ReferenceEquals(newResponse, response) && ReferenceEquals(newUri, uri) && ReferenceEquals(newError, error)
            ? record
            : record.WithHead(newUri, newRequest, newResponse, newError);
    }

    /// <summary>What would be kept of a body under settings that are not in force.</summary>
    /// <param name="plugin">The AI plugin that made the call; null: none of those that have rules of their own.</param>
    public RedactionTrial Try(string body, RedactionSettings settings, Guid? plugin)
    {
        var rules = RedactionRules.Create(options.Value.Rules, settings);
        var fired = new SortedSet<string>(StringComparer.Ordinal);
        var kept = Body(body, rules.For(plugin), fired)!;
        return new RedactionTrial(kept, [.. fired.Select(name => (name, Count(kept, name) - Count(body, name)))]);
    }

    private static int Count(string text, string name)
    {
        var marker = RedactionPath.Replacement(name);
        var count = 0;
        for (var at = text.IndexOf(marker, StringComparison.Ordinal); at >= 0; at = text.IndexOf(marker, at + marker.Length, StringComparison.Ordinal))
        {
            count++;
        }

        return count;
    }

    private static string Text(string text, RedactionSelection rules) => rules.MayFire(text) ? Bounded(text, rules) : text;

    private static string Bounded(string text, RedactionSelection rules)
    {
        try
        {
            return rules.Replace(text);
        }
        catch (TimeoutException)
        {
            return RedactionPath.Replacement(NotChecked);
        }
    }

    private static IReadOnlyList<KeyValuePair<string, string>> Headers(IReadOnlyList<KeyValuePair<string, string>> headers, RedactionSelection rules)
    {
        KeyValuePair<string, string>[]? changed = null;
        for (var i = 0; i < headers.Count; i++)
        {
            var (name, value) = headers[i];
            var shown = value == SensitiveNames.Redacted ? value : rules.Headers.TryGetValue(name, out var replacement) ? replacement : Text(value, rules);
            if (!ReferenceEquals(shown, value))
            {
                changed ??= [.. headers];
                changed[i] = new(name, shown);
            }
        }

        return changed ?? headers;
    }

    private string? Body(string? body, RedactionSelection rules, SortedSet<string> fired)
    {
        try
        {
            return body is null ? null : new BodyRedaction(rules, fired, time).Run(body);
        }
        catch (Exception exception) when (exception is TimeoutException or ArgumentException)
        {
            // It took too long, or a pattern cut a character in two: nobody knows what else there is to take out.
            fired.Add(NotChecked);
            return $"\"{RedactionPath.Replacement(NotChecked)}\"";
        }
    }
}

/// <summary>What the rules make of a sample.</summary>
/// <param name="Kept">What would be stored.</param>
/// <param name="Fired">Rules that found something, and in how many places.</param>
internal sealed record RedactionTrial(string Kept, IReadOnlyList<(string Rule, int Places)> Fired);
