using System.Text.Json.Nodes;

namespace Gateway.LogBench.Week;

/// <summary>What an agent does in one answer.</summary>
/// <param name="Thought">Null: no thinking is shown.</param>
/// <param name="Tools">Names and arguments.</param>
internal sealed record Doing(string? Thought, string Says, IReadOnlyList<(string Id, string Name, JsonObject Arguments)> Tools);
