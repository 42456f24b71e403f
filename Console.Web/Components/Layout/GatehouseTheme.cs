using MudBlazor;

namespace ConsoleWeb.Components.Layout;

/// <summary>The component library's theme, made of the same tokens as <c>site.css</c>. A test compares the two.</summary>
internal static class GatehouseTheme
{
    /// <summary>Token name without prefix → light and dark value, as in <c>site.css</c>.</summary>
    public static readonly IReadOnlyDictionary<string, (string Light, string Dark)> Tokens = new Dictionary<string, (string, string)>
    {
        ["canvas"] = ("#F6F5F2", "#0E1013"),
        ["surface"] = ("#FFFFFF", "#15181C"),
        ["sunken"] = ("#F0EEEA", "#101317"),
        ["line"] = ("#E5E2DC", "#262B31"),
        ["line-strong"] = ("#D2CEC6", "#39404A"),
        ["control"] = ("#87857F", "#6C7480"),
        ["text"] = ("#1B1D21", "#E9EBEE"),
        ["text-2"] = ("#50545B", "#ABB2BB"),
        ["text-3"] = ("#666A72", "#8B939E"),
        ["accent"] = ("#2350CE", "#8EB1FF"),
        ["accent-hover"] = ("#1B41AC", "#AFC8FF"),
        ["accent-soft"] = ("#E8EEFC", "#1C2740"),
        ["on-accent"] = ("#FFFFFF", "#0B1428"),
        ["ok"] = ("#18774A", "#5CC98E"),
        ["warn"] = ("#875400", "#E8B04A"),
        ["err"] = ("#BE2430", "#FF8A86"),
        ["hover"] = ("#F4F3EF", "#1A1E23"),
    };

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = Fill(new PaletteLight(), t => t.Light),
        PaletteDark = Fill(new PaletteDark(), t => t.Dark),
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px", AppbarHeight = "48px", DrawerWidthLeft = "216px", DrawerMiniWidthLeft = "56px" },
        Shadows = NoShadows(),
        Typography = Letters(),
    };

    private static T Fill<T>(T palette, Func<(string Light, string Dark), string> side)
        where T : Palette
    {
        string Of(string token) => side(Tokens[token]);
        palette.Primary = Of("accent");
        palette.PrimaryContrastText = Of("on-accent");
        palette.PrimaryDarken = Of("accent-hover");
        palette.PrimaryLighten = Of("accent-soft");
        palette.Secondary = Of("text-2");
        palette.Tertiary = Of("text-2");
        palette.Dark = Of("text-2");
        palette.Info = Of("accent");
        palette.Success = Of("ok");
        palette.Warning = Of("warn");
        palette.Error = Of("err");
        palette.SuccessContrastText = Of("surface");
        palette.WarningContrastText = Of("surface");
        palette.ErrorContrastText = Of("surface");
        palette.TextPrimary = Of("text");
        palette.TextSecondary = Of("text-2");
        palette.TextDisabled = Of("text-3");
        palette.ActionDefault = Of("text-2");
        palette.ActionDisabled = Of("text-3");
        palette.ActionDisabledBackground = Of("sunken");
        palette.Background = Of("canvas");
        palette.BackgroundGray = Of("sunken");
        palette.Surface = Of("surface");
        palette.DrawerBackground = Of("canvas");
        palette.AppbarBackground = Of("canvas");
        palette.DrawerText = Of("text-2");
        palette.DrawerIcon = Of("text-2");
        palette.AppbarText = Of("text");
        palette.LinesDefault = Of("line");
        palette.TableLines = Of("line");
        palette.Divider = Of("line");
        palette.DividerLight = Of("line");
        palette.LinesInputs = Of("control");
        palette.TableHover = Of("hover");
        palette.TableStriped = Of("surface");
        palette.Skeleton = Of("line");
        palette.GrayLight = Of("line-strong");
        palette.GrayDefault = Of("text-3");
        palette.HoverOpacity = 0.04;
        palette.RippleOpacity = 0;
        palette.BorderOpacity = 1;
        palette.OverlayDark = "rgba(14,16,19,.45)";
        return palette;
    }

    private static Shadow NoShadows()
    {
        var shadow = new Shadow();
        for (var i = 0; i < shadow.Elevation.Length; i++)
        {
            shadow.Elevation[i] = i is 8 or 24 ? "var(--gh-shadow)" : "none";
        }

        return shadow;
    }

    private static Typography Letters()
    {
        string[] family = ["Inter", "-apple-system", "BlinkMacSystemFont", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "Arial", "sans-serif"];
        return new Typography
        {
            Default = new DefaultTypography { FontFamily = family, FontSize = ".8125rem", LineHeight = "1.54" },
            Body1 = new Body1Typography { FontFamily = family, FontSize = ".8125rem", LineHeight = "1.54" },
            Body2 = new Body2Typography { FontFamily = family, FontSize = ".8125rem", LineHeight = "1.54" },
            H1 = new H1Typography { FontFamily = family, FontSize = "1.25rem", LineHeight = "1.4", FontWeight = "600" },
            H2 = new H2Typography { FontFamily = family, FontSize = ".875rem", FontWeight = "600" },
            H3 = new H3Typography { FontFamily = family, FontSize = "1.375rem", FontWeight = "600" },
            H6 = new H6Typography { FontFamily = family, FontSize = ".875rem", FontWeight = "600" },
            Subtitle1 = new Subtitle1Typography { FontFamily = family, FontSize = ".8125rem", FontWeight = "600" },
            Subtitle2 = new Subtitle2Typography { FontFamily = family, FontSize = ".75rem", LineHeight = "1.33" },
            Caption = new CaptionTypography { FontFamily = family, FontSize = ".75rem", LineHeight = "1.33" },
            Overline = new OverlineTypography { FontFamily = family, FontSize = ".75rem", LineHeight = "1.33", TextTransform = "none" },
            Button = new ButtonTypography { FontFamily = family, FontSize = ".8125rem", FontWeight = "550", TextTransform = "none", LetterSpacing = "0" },
        };
    }
}
