using System.Globalization;

namespace ConsoleWeb.Cli.Output;

/// <summary>
/// How far a long command is, in one line below all others that is drawn over and goes at the end. Only on a terminal, and only after
/// <see cref="Patience"/>, so that short commands show none. Any thread may call.
/// </summary>
internal sealed class ProgressLine(TextWriter terminal, bool isOn, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private const string Erase = "\r\u001b[2K";

    private readonly Lock _gate = new();
    private readonly long _began = time.GetTimestamp();
    private long _drawn = time.GetTimestamp();
    private string _text = "";

    /// <summary>Says that so many of all are done; drawn a few times in a second at most.</summary>
    public void Report(string what, int done, int total)
    {
        if (!isOn)
        {
            return;
        }

        lock (_gate)
        {
            var elapsed = time.GetElapsedTime(_began);
            if (elapsed < Patience || time.GetElapsedTime(_drawn) < Interval)
            {
                return;
            }

            _drawn = time.GetTimestamp();
            _text = string.Create(CultureInfo.InvariantCulture, $"{what} {done:N0} of {total:N0}  {100L * done / total} %  {elapsed.TotalSeconds:N0} s");
            terminal.Write(Erase + _text);
        }
    }

    /// <summary>Prints something above the line.</summary>
    public void Above(Action print)
    {
        lock (_gate)
        {
            if (_text.Length == 0)
            {
                print();
                return;
            }

            terminal.Write(Erase);
            print();
            terminal.Write(_text);
        }
    }

    /// <summary>Takes the line away, also when the command ended with an error.</summary>
    public void Dispose() => Clear();

    /// <summary>Takes the line away.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            if (_text.Length > 0)
            {
                terminal.Write(Erase);
                _text = "";
            }
        }
    }
}
