using System.Globalization;
using Gateway.LogBench;

// The request log by itself: how fast it takes records, how large it gets, and how long its readers wait. ./dev.sh help says how to call it.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["train", var output, .. var logs]:
        Training.Run(output, logs);
        break;
    case ["week", .. var place]:
        return await Gateway.LogBench.Week.WeekRun.RunAsync(place.Length > 0 ? place[0] : null);
    case ["day", var log]:
        Writes.PicturedDay(log);
        break;
    case ["writer"]:
        Writers.Compare();
        break;
    case ["read", var path]:
        await new Reads(Directory.Exists(path) ? Path.Combine(path, "logs.db") : path).RunAsync();
        break;
    case ["write", var path]:
        Directory.CreateDirectory(path);
        Writes.TheseSeconds(Path.Combine(path, "ingest.db"));
        Writes.Bodies(path);
        break;
    case ["bodies", var count, var path]:
        Directory.CreateDirectory(path);
        Writes.SearchableBodies(Path.Combine(path, "logs.db"), Rows(count));
        break;
    case [] or [_] or [_, _]:
        await WriteAndReadAsync(args);
        break;
    default:
        Console.Error.WriteLine("Not understood; see ./dev.sh help.");
        return 2;
}

return 0;

static int Rows(string text) => int.Parse(text.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

static async Task WriteAndReadAsync(string[] args)
{
    var rows = args.Length > 0 ? Rows(args[0]) : 1_000_000;
    var directory = args.Length > 1 ? args[1] : Directory.CreateTempSubdirectory("gatehouse-logbench-").FullName;
    Directory.CreateDirectory(directory);
    var path = Path.Combine(directory, "logs.db");
    Writes.NinetyDays(path, rows);
    Writes.TheseSeconds(Path.Combine(directory, "ingest.db"));
    Writes.Bodies(directory);
    await new Reads(path).RunAsync();
    if (args.Length <= 1)
    {
        Directory.Delete(directory, recursive: true);
    }
}
