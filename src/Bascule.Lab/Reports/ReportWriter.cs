namespace Bascule.Lab.Reports;

/// <summary>Puts a report on disk.</summary>
public static class ReportWriter
{
    /// <summary>Writes <c>report.html</c>, <c>report.svg</c> and <c>report.json</c>, replacing older ones.</summary>
    /// <param name="report">What to write.</param>
    /// <param name="directory">Where; created when absent.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <returns>The full path of the page.</returns>
    public static async Task<string> WriteAsync(LabReport report, string directory, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var page = Path.GetFullPath(Path.Combine(directory, "report.html"));
        await File.WriteAllTextAsync(page, ReportPage.Html(report), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory, "report.svg"), ShareChart.Svg(report), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory, "report.json"), ReportJson.Text(report), cancellationToken);
        return page;
    }
}
