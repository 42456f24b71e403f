using Gateway.Shared.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Logging.Redaction;

/// <summary>Takes what the rules say out of the logged bodies of a record, before any log plugin or sink sees it.</summary>
internal sealed class PayloadRedactor
{
    private readonly RedactionPath[] _paths;
    private readonly RedactionPattern[] _patterns;

    public PayloadRedactor(IOptions<RedactionOptions> options)
    {
        var rules = options.Value.Rules;
        _paths = [.. rules.Where(r => !string.IsNullOrEmpty(r.Path)).Select(r => new RedactionPath(r.Name, r.Path!))];
        _patterns = [.. rules.Where(r => !string.IsNullOrEmpty(r.Pattern)).Select(r => new RedactionPattern(r.Name, r.Pattern!))];
    }

    /// <summary>Called once, when nothing else changes the record any more.</summary>
    public void Apply(RequestRecord record)
    {
        if (_paths.Length + _patterns.Length == 0 || record.Llm is not { } llm || (llm.RequestPayload ?? llm.ResponsePayload) is null)
        {
            return;
        }

        var fired = new SortedSet<string>(StringComparer.Ordinal);
        llm.RequestPayload = Redact(llm.RequestPayload, fired);
        llm.ResponsePayload = Redact(llm.ResponsePayload, fired);
        llm.ClientPayload = Redact(llm.ClientPayload, fired);
        llm.Redacted = [.. fired];
    }

    private string? Redact(string? body, SortedSet<string> fired) => body is null ? null : new BodyRedaction(_paths, _patterns, fired).Run(body);
}
