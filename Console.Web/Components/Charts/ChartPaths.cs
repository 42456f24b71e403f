using System.Globalization;
using System.Text;
using ConsoleWeb.Components.Controls;

namespace ConsoleWeb.Components.Charts;

/// <summary>
/// A chart as outlines: ten units of width for each point and a hundred of height, which the browser stretches to the room there is.
/// Series are one outline each, whatever the number of points.
/// </summary>
internal sealed class ChartPaths
{
    public const int PointWidth = 10;

    private const double Gap = 1;

    private readonly ChartData _data;
    private readonly bool[] _isShown;

    public ChartPaths(ChartData data, IReadOnlySet<string> hidden)
    {
        _data = data;
        _isShown = [.. data.Series.Select(s => !hidden.Contains(s.Name))];
        var largest = Math.Max(Largest(), data.Before is { } before ? before.Max() ?? 0 : 0);
        Step = Formats.NiceStep(largest / 4);
        Step = data.Unit is ChartUnit.Count or ChartUnit.Tokens ? Math.Max(1, Step) : largest <= 0 ? 1 : Step;
        Top = Math.Max(Step, Step * Math.Ceiling((largest / Step) - 1e-9));
    }

    /// <summary>The value at the upper edge.</summary>
    public double Top { get; }

    /// <summary>From one line of the grid to the next.</summary>
    public double Step { get; }

    public IEnumerable<double> Lines => Enumerable.Range(0, (int)Math.Round(Top / Step) + 1).Select(i => i * Step);

    /// <summary>Distance from the upper edge, in hundredths of the height.</summary>
    public double Y(double value) => 100 - (100 * value / Top);

    public bool IsShown(int series) => _isShown[series];

    /// <param name="isLast">The last point alone, else all others; they differ where the last is not complete.</param>
    public string Bars(int series, bool? isLast)
    {
        var path = new StringBuilder();
        for (var i = 0; i < _data.Points; i++)
        {
            if ((isLast is { } last && last != (i == _data.Points - 1)) || _data.Series[series].Values[i] is not (> 0 and var value))
            {
                continue;
            }

            var below = 0.0;
            for (var s = 0; s < series; s++)
            {
                below += _isShown[s] ? _data.Series[s].Values[i] ?? 0 : 0;
            }

            path.Append(CultureInfo.InvariantCulture, $"M{(i * PointWidth) + Gap:0.#} {Y(below):0.##}V{Y(below + value):0.##}h{PointWidth - (2 * Gap):0.#}V{Y(below):0.##}z");
        }

        return path.ToString();
    }

    /// <summary>A line with gaps where there is nothing.</summary>
    public string Line(IReadOnlyList<double?> values, IReadOnlyList<long>? counts = null)
    {
        var path = new StringBuilder();
        var isDown = false;
        for (var i = 0; i < Math.Min(_data.Points, values.Count); i++)
        {
            if (values[i] is not { } value || counts?[i] < ChartData.FewRequests)
            {
                isDown = false;
                continue;
            }

            path.Append(CultureInfo.InvariantCulture, $"{(isDown ? 'L' : 'M')}{(i + 0.5) * PointWidth:0.#} {Y(value):0.##}");
            // A point between two gaps would not be seen.
            path.Append(isDown ? "" : "h0");
            isDown = true;
        }

        return path.ToString();
    }

    /// <summary>The points with few requests, which no line goes through.</summary>
    public string Dots(ChartSeries series)
    {
        var path = new StringBuilder();
        for (var i = 0; series.Counts is { } counts && i < _data.Points; i++)
        {
            if (series.Values[i] is { } value && counts[i] < ChartData.FewRequests)
            {
                path.Append(CultureInfo.InvariantCulture, $"M{(i + 0.5) * PointWidth:0.#} {Y(value):0.##}h0");
            }
        }

        return path.ToString();
    }

    private double Largest()
    {
        var largest = 0.0;
        for (var i = 0; i < _data.Points; i++)
        {
            var values = _data.Series.Where((_, s) => _isShown[s]).Select(s => s.Values[i] ?? 0).ToList();
            largest = Math.Max(largest, values.Count == 0 ? 0 : _data.Kind == ChartKind.Bars ? values.Sum() : values.Max());
        }

        return largest;
    }
}
