namespace Gateway.Core.Llm.Forwarding;

/// <summary>Whether what has passed of an event stream ends with a whole event, so that another may follow.</summary>
internal struct EventEdge
{
    private const uint Lines = '\n' << 8 | '\n';
    private const uint CarriageReturns = '\r' << 24 | '\n' << 16 | '\r' << 8 | '\n';

    private uint _last;
    private bool _any;

    public readonly bool IsWhole => !_any || (_last & 0xFFFF) == Lines || _last == CarriageReturns;

    public void Push(ReadOnlySpan<byte> bytes)
    {
        _any |= bytes.Length > 0;
        foreach (var one in bytes.Length > 4 ? bytes[^4..] : bytes)
        {
            _last = (_last << 8) | one;
        }
    }
}
