using ConsoleWeb.Data.Logs.Sessions;

namespace ConsoleWeb.Features.Sessions;

/// <summary>Finds the turns at which a provider no longer knew what it had cached a turn before: they cost many times what the others do.</summary>
internal static class CacheLoss
{
    /// <summary>Less is not worth a word.</summary>
    private const long LeastTokens = 2000;

    /// <param name="turns">In order.</param>
    /// <returns>Numbers of the rows.</returns>
    public static IReadOnlySet<long> Find(IEnumerable<SessionFigures> turns)
    {
        var lost = new HashSet<long>();
        SessionFigures? before = null;
        foreach (var turn in turns)
        {
            // A context that has shrunk was summed up by the agent; there is nothing that could be cached.
            if (before is not null && before.CacheReadTokens >= LeastTokens && turn.CacheReadTokens < before.CacheReadTokens / 2 && turn.PromptTokens >= before.PromptTokens / 2)
            {
                lost.Add(turn.Row);
            }

            before = turn;
        }

        return lost;
    }
}
