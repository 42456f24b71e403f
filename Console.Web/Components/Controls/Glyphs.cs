namespace ConsoleWeb.Components.Controls;

/// <summary>Outlines of the console's icons on a 20 × 20 grid, drawn with a 1.6 px stroke.</summary>
internal static class Glyphs
{
    public const string Overview = "M3 3h6v6H3zM11 3h6v4h-6zM11 9h6v8h-6zM3 11h6v6H3z";
    public const string Requests = "M4 6h11M12 3l3 3-3 3M16 14H5M8 11l-3 3 3 3";
    public const string Sessions = "M3 4h14v9H8l-4 3.5V13H3z";
    public const string LogFile = "M5 2.5h6.5L15 6v11.5H5zM11.5 2.5V6H15M7.5 10h5M7.5 13h5";
    public const string Services = "M3 3.5h14v5H3zM3 11.5h14v5H3zM6 6h.01M6 14h.01";
    public const string Routes = "M5 15.5V9a3.5 3.5 0 0 1 3.5-3.5H15M12.5 3L15 5.5 12.5 8M5 15.5v1.5";
    public const string Plugins = "M4 6h4a2 2 0 1 1 4 0h4v4a2 2 0 1 0 0 4v3H4z";
    public const string History = "M4 10a6.5 6.5 0 1 0 2-4.6M4 3v3.5h3.5M10 6.5V10l2.5 2";
    public const string Audit = "M5 3.5h10v13H5zM8 7h4M8 10h4M8 13h2";
    public const string Key = "M7 16a3.5 3.5 0 1 0 0-7a3.5 3.5 0 0 0 0 7zM9.5 10L16 3.5M13 6.5l2.5 2.5";
    public const string Price = "M3 9.5L9.5 3H17v7.5L10.5 17zM13.5 6.5h.01";
    public const string Person = "M10 10a3.5 3.5 0 1 0 0-7a3.5 3.5 0 0 0 0 7zM3.5 17c.8-3.5 3.5-5 6.5-5s5.7 1.5 6.5 5";
    public const string Users = "M3 4h14v12H3zM8 9.5a1.8 1.8 0 1 0 0-3.6a1.8 1.8 0 0 0 0 3.6zM5 13.5c.4-1.8 1.6-2.5 3-2.5s2.6.7 3 2.5M13 7.5h2M13 10.5h2";
    public const string Group = "M7.5 9.5a3 3 0 1 0 0-6a3 3 0 0 0 0 6zM2 16.5c.6-3 2.9-4.3 5.5-4.3s4.9 1.3 5.5 4.3M13 3.8a3 3 0 0 1 0 5.5M15 12.5c1.6.6 2.7 1.9 3 4";
    public const string Upstreams = "M10 16.5V11M10 11c0-3-5.5-2-5.5-6.5M10 11c0-3 5.5-2 5.5-6.5M10 11V4M8 16.5h4M3 4.5h3M8.5 4h3M14 4.5h3";
    public const string Vault = "M3 3.5h14v12H3zM5.5 15.5v2M14.5 15.5v2M10 12.5a3 3 0 1 0 0-6a3 3 0 0 0 0 6zM10 9.5l1.5-1.5";
    public const string Certificate = "M10 3l5.5 2v4.5c0 3.5-2.3 5.8-5.5 7.5-3.2-1.7-5.5-4-5.5-7.5V5zM7.5 9.8l1.8 1.8 3.2-3.6";
    public const string SigningKey = "M4 15.5c2-3 3-8 5-8s1 5 3 5 2-2.5 4.5-2.5M3.5 17.5h13";
    public const string Partial = "M3.5 3.5h6v6h-6zM10.5 10.5h6v6h-6zM13.5 4v5M11 6.5h5M6.5 11v5M4 13.5h5";
    public const string Import = "M10 13V3M6.5 6.5L10 3l3.5 3.5M4 12v5h12v-5";
    public const string Token = "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9";
    public const string Menu = "M3 5h14M3 10h14M3 15h14";
    public const string Search = "M9 3.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11zM13 13l4 4";
    public const string Add = "M10 4v12M4 10h12";
    public const string Moon = "M16 11.5A6.5 6.5 0 0 1 8.5 4a6.5 6.5 0 1 0 7.5 7.5z";
    public const string Pause = "M7 4v12M13 4v12";
    public const string Play = "M6 4l10 6-10 6z";
    public const string Settings = "M10 7.2a2.8 2.8 0 100 5.6 2.8 2.8 0 000-5.6zM10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M15.3 4.7l-1.4 1.4M6.1 13.9l-1.4 1.4";
    public const string Export = "M10 3v10M6 9.5l4 4 4-4M4 17h12";
    public const string Down = "M5.5 8l4.5 4.5L14.5 8";
    public const string Right = "M8 5.5l4.5 4.5L8 14.5";
    public const string Up = "M10 16V4M5 9l5-5 5 5";
    public const string Link = "M8.5 11.5l3-3M7 9l-2 2a2.8 2.8 0 0 0 4 4l2-2M13 11l2-2a2.8 2.8 0 0 0-4-4L9 7";
    public const string Close = "M5 5l10 10M15 5L5 15";
    public const string Copy = "M7 7h10v10H7zM4 13H3V3h10v1";
    public const string Check = "M4 10.5l4 4 8-9";
    public const string Stop = "M5 5h10v10H5z";
    public const string Widen = "M4 8V4h4M16 8V4h-4M4 12v4h4M16 12v4h-4";
    public const string Chart = "M3 17h14M5.5 14V9M10 14V4M14.5 14V7";
    public const string Calendar = "M4 5h12v11H4zM4 8.5h12M7.5 3v3M12.5 3v3";
    public const string Terminal = "M3 4h14v12H3zM6 8l2.5 2L6 12M10.5 12.5H14";
    public const string Help = "M10 2.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 0 0 0-15zM8 8a2 2 0 1 1 2.8 1.9c-.5.2-.8.6-.8 1.2v.4M10 14h.01";
    public const string Edit = "M4 16l.8-3.6L13 4.2a1.6 1.6 0 0 1 2.3 0l.5.5a1.6 1.6 0 0 1 0 2.3l-8.2 8.2z";
    public const string Bin = "M4 6h12M8 6V4h4v2M6 6l.7 11h6.6L14 6";
    public const string Shield = "M10 2.5l6 2.2v4.8c0 3.8-2.5 6.6-6 8-3.5-1.4-6-4.2-6-8V4.7zM7 8h6M7 11h4";
    public const string Book = "M4 4h5a2 2 0 0 1 1 .5A2 2 0 0 1 11 4h5v12h-5a2 2 0 0 0-1 .5 2 2 0 0 0-1-.5H4zM10 4.5v12";
    public const string Compare = "M3.5 4h5.5v12H3.5zM11 4h5.5v12H11z";
    public const string Plug = "M7 2v4M13 2v4M5 6h10v3a5 5 0 0 1-10 0zM10 14v4";
}
