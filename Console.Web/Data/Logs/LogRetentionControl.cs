using Gateway.Core.Logging;

namespace ConsoleWeb.Data.Logs;

/// <summary>What somebody asks of the retention while it runs.</summary>
internal sealed class LogRetentionControl
{
    private long _deleteBefore = long.MinValue;
    private RetentionOptions? _limits;

    /// <summary>The limits in force in place of those of the start; never changed, only replaced. Null: those of the start.</summary>
    public RetentionOptions? Limits
    {
        get => Volatile.Read(ref _limits);
        set => Volatile.Write(ref _limits, value);
    }

    /// <summary>Everything before this goes, whatever the settings say; null: nothing was asked for, or it is done.</summary>
    public DateTimeOffset? DeleteBefore => Interlocked.Read(ref _deleteBefore) is > long.MinValue and var moment ? DateTimeOffset.FromUnixTimeMilliseconds(moment) : null;

    /// <summary>Of two wishes the later moment holds.</summary>
    public void Begin(DateTimeOffset before)
    {
        var wanted = before.ToUnixTimeMilliseconds();
        var known = Interlocked.Read(ref _deleteBefore);
        while (wanted > known)
        {
            var seen = Interlocked.CompareExchange(ref _deleteBefore, wanted, known);
            if (seen == known)
            {
                return;
            }

            known = seen;
        }
    }

    /// <summary>All of it is gone, unless more was asked for meanwhile.</summary>
    public void Finish(DateTimeOffset before)
    {
        var moment = before.ToUnixTimeMilliseconds();
        Interlocked.CompareExchange(ref _deleteBefore, long.MinValue, moment);
    }
}
