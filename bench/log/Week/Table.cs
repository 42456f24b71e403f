namespace Gateway.LogBench.Week;

/// <summary>Prints a session: what was calculated beside what each place says.</summary>
internal static class Table
{
    public static void Print(PlannedSession session, Reading expected, IReadOnlyList<Reading> readings, int refusedUpgrades)
    {
        Console.WriteLine($"{session.Agent} {session.Id} of {session.Person}: {session.Title}");
        var columns = readings.Prepend(expected).ToList();
        Console.WriteLine("  " + "".PadRight(12) + string.Concat(columns.Select(c => c.Place.PadLeft(16))));
        foreach (var name in Reading.Names.Where(n => n != "tools"))
        {
            Console.WriteLine("  " + name.PadRight(12) + string.Concat(columns.Select(c => (c.Figures.GetValueOrDefault(name) ?? "").PadLeft(16))));
        }

        Console.WriteLine("  tools       " + string.Join(" | ", columns.Select(c => c.Figures.GetValueOrDefault("tools")).OfType<string>().Distinct()));
        if (refusedUpgrades > 0)
        {
            Console.WriteLine("  /stats counts the refused upgrade to a WebSocket among the refusals; to a session it is no error");
        }

        foreach (var model in session.Calls.GroupBy(c => c.Model).Where(g => g.Key.Length > 0))
        {
            Console.WriteLine($"    {model.Key}: {model.Count()} calls, {model.Sum(c => c.Tokens.Input)} in, {model.Sum(c => c.Tokens.Read)} read, {model.Sum(c => c.Tokens.Write5m)} written for 5 min, {model.Sum(c => c.Tokens.Write1h)} for 1 h, {model.Sum(c => c.Tokens.Output)} out, ${Reading.Text(model.Sum(c => c.Cost ?? 0))}{(model.Any(c => c.Cost is null) ? ", without a price" : "")}{(model.Any(c => c.Tokens.Prompt > 200_000) ? $", {model.Count(c => c.Tokens.Prompt > 200_000)} of them above 200,000" : "")}");
        }

        Console.WriteLine();
    }
}
