using ConsoleWeb.Features.Sessions;

namespace ConsoleWeb.Components.Pages.Sessions;

/// <summary>A piece of the conversation as it is shown: a turn of the main agent, or what others did before the next one.</summary>
/// <param name="Main">Null for what others did.</param>
/// <param name="Others">Sub-agents and background calls, by agent; empty for a turn.</param>
public sealed record SessionBlock(SessionCall? Main, IReadOnlyList<SessionOthers> Others)
{
    public string Key => (Main ?? Others[0].Calls[0]).Row.RequestId;

    public IEnumerable<SessionCall> Calls => Main is null ? Others.SelectMany(o => o.Calls) : [Main];

    /// <param name="calls">Oldest first.</param>
    public static IReadOnlyList<SessionBlock> Of(IEnumerable<SessionCall> calls)
    {
        var blocks = new List<SessionBlock>();
        var others = new List<SessionCall>();
        foreach (var call in calls)
        {
            if (call.Kind == CallKind.Main)
            {
                Flush();
                blocks.Add(new(call, []));
            }
            else
            {
                others.Add(call);
            }
        }

        Flush();
        return blocks;

        void Flush()
        {
            if (others.Count > 0)
            {
                blocks.Add(new(null, [.. others.GroupBy(c => (c.Kind, c.SubAgent)).OrderBy(g => g.Key.Kind).Select(g => new SessionOthers(g.Key.Kind, g.Key.SubAgent, [.. g]))]));
                others.Clear();
            }
        }
    }
}

/// <summary>Calls of one sub-agent, or of the agent's program for itself.</summary>
public sealed record SessionOthers(CallKind Kind, string? SubAgent, IReadOnlyList<SessionCall> Calls)
{
    public decimal Cost => Calls.Sum(c => c.Row.Cost ?? 0);

    public int Errors => Calls.Count(c => c.IsError);
}
