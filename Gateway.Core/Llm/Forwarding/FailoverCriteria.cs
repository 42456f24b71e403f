namespace Gateway.Core.Llm.Forwarding;

/// <summary>Which failures move a request on to another target (<c>failover_criteria</c>).</summary>
internal sealed class FailoverCriteria
{
    private readonly bool _error;
    private readonly bool _timeout;
    private readonly bool _invalidHeader;
    private readonly HashSet<int> _statuses = [];

    public FailoverCriteria(IEnumerable<string> criteria)
    {
        foreach (var criterion in criteria)
        {
            switch (criterion)
            {
                case "error":
                    _error = true;
                    break;
                case "timeout":
                    _timeout = true;
                    break;
                case "invalid_header":
                    _invalidHeader = true;
                    break;
                case "non_idempotent":
                    RepeatsNonIdempotent = true;
                    break;
                default:
                    if (criterion.StartsWith("http_", StringComparison.Ordinal) && int.TryParse(criterion.AsSpan(5), out var status))
                    {
                        _statuses.Add(status);
                    }

                    break;
            }
        }
    }

    /// <summary>Whether a POST may be repeated although the first one may have been carried out.</summary>
    public bool RepeatsNonIdempotent { get; }

    /// <summary>Whether a status is listed. The answer is an explicit refusal, so that the method does not matter.</summary>
    public bool HasStatus(int status) => _statuses.Contains(status);

    /// <summary>Whether an attempt that brought no answer is followed by another.</summary>
    /// <param name="isUnsent">The request provably has not left the gateway.</param>
    /// <param name="isIdempotent">By its method.</param>
    public bool Repeats(FaultKind kind, bool isUnsent, bool isIdempotent)
    {
        var isListed = kind switch
        {
            FaultKind.Timeout => _timeout,
            FaultKind.InvalidHeader => _invalidHeader,
            _ => _error,
        };
        return isListed && (isUnsent || isIdempotent || RepeatsNonIdempotent);
    }

    /// <summary>Whether the breaker counts a status as a failure. 403 and 404 say nothing about the health of a target.</summary>
    public bool CountsAsFailure(int status) => status is not (403 or 404) && HasStatus(status);
}

/// <summary>Kinds of attempts without an answer.</summary>
internal enum FaultKind
{
    /// <summary>Connect, send or read failed.</summary>
    Error,
    Timeout,

    /// <summary>An empty or malformed response.</summary>
    InvalidHeader,
}
