using System.Globalization;
using Gateway.ViewersBench;

// Holds pages of the console open without browsers, which would need more of a machine than the console does. ./dev.sh bench console calls it.
// A line "open" means that all are; a line on the standard input ends them.
if (args is not [var console, var path, var number] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
{
    Console.Error.WriteLine("viewers CONSOLE_URL PATH NUMBER, with the cookies of a session in VIEWERS_COOKIE");
    return 2;
}

var cookie = Environment.GetEnvironmentVariable("VIEWERS_COOKIE") ?? "";
var viewers = new List<Viewer>();
try
{
    for (var i = 0; i < count; i++)
    {
        viewers.Add(await Viewer.OpenAsync(new Uri(console), path, cookie));
    }

    Console.WriteLine("open");
    while (await Console.In.ReadLineAsync() is { } line && line != "end")
    {
        var (batches, bytes) = (viewers.Sum(v => v.TakeBatches()), viewers.Sum(v => v.TakeBytes()));
        Console.WriteLine(FormattableString.Invariant($$"""{"batches":{{batches}},"bytes":{{bytes}},"open":{{viewers.Count(v => v.IsOpen)}}}"""));
    }
}
finally
{
    foreach (var viewer in viewers)
    {
        await viewer.DisposeAsync();
    }
}

return 0;
