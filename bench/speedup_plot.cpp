#include "speedup_plot.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace parquet_flow::bench {
namespace {

constexpr std::size_t kPanelsInRow = 3;
constexpr double kPanelWidth = 300;
constexpr double kPanelHeight = 326;
constexpr double kPlotLeft = 42;
constexpr double kPlotTop = 34;
constexpr double kPlotWidth = 240;
constexpr double kPlotHeight = 150;
constexpr double kHead = 34;
constexpr double kLegendLine = 14;
// Told apart by those who do not see all colours too: Okabe and Ito, Color universal design, 2008.
constexpr const char* kColors[] = {"#0072B2", "#D55E00", "#009E73",
                                   "#CC79A7", "#E69F00", "#56B4E9"};
constexpr const char* kReferenceColor = "#555555";

std::string number(double value, int decimals = 1) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string text(double x, double y, const char* style, const std::string& words) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" " + style + ">" + words +
         "</text>\n";
}

std::string stroke(double x1, double y1, double x2, double y2, const std::string& style) {
  return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) +
         "\" y2=\"" + number(y2) + "\" " + style + "/>\n";
}

// Of one panel, whose upper left corner is at the origin.
struct Axes {
  const std::vector<std::uint32_t>& threads;
  double gainMax;

  [[nodiscard]] double x(std::uint32_t count) const {
    return kPlotLeft + kPlotWidth * (count - threads.front()) / (threads.back() - threads.front());
  }
  // From 0 on: a gain below 1 shows.
  [[nodiscard]] double y(double gain) const {
    return kPlotTop + kPlotHeight * (1 - gain / gainMax);
  }

  [[nodiscard]] std::string svg() const {
    std::string out;
    const double step = gainMax <= 4 ? 0.5 : std::ceil(gainMax / 8);
    const auto steps = static_cast<int>(gainMax / step + 1e-9);
    for (int i = 0; i <= steps; ++i) {
      const double gain = i * step;
      out += stroke(kPlotLeft, y(gain), kPlotLeft + kPlotWidth, y(gain), "stroke=\"#dddddd\"");
      out += text(kPlotLeft - 6, y(gain) + 4, "text-anchor=\"end\"", number(gain));
    }
    for (const std::uint32_t count : threads) {
      out += text(x(count), kPlotTop + kPlotHeight + 16, "text-anchor=\"middle\"",
                  std::to_string(count));
    }
    return out;
  }
};

std::string lineSvg(const SpeedupLine& line, const Axes& axes, const char* color) {
  std::string points;
  std::string dots;
  for (std::size_t i = 0; i < line.gains.size(); ++i) {
    const std::string x = number(axes.x(axes.threads[i]));
    const std::string y = number(axes.y(line.gains[i]));
    points.append(x).append(",").append(y).append(" ");
    if (!line.isReference) {
      dots.append("<circle cx=\"").append(x).append("\" cy=\"").append(y);
      dots.append("\" r=\"2.5\" fill=\"").append(color).append("\"/>\n");
    }
  }
  return "<polyline fill=\"none\" stroke-width=\"1.5\" stroke=\"" + std::string(color) + "\"" +
         (line.isReference ? " stroke-dasharray=\"5 3\"" : "") + " points=\"" + points + "\"/>\n" +
         dots;
}

std::string panelSvg(const SpeedupPanel& panel, const Axes& axes) {
  std::string out =
      text(kPlotLeft, kPlotTop - 12, "font-weight=\"bold\"", panel.title) + axes.svg();
  double legendY = kPlotTop + kPlotHeight + 34;
  std::size_t colorsUsed = 0;
  for (const SpeedupLine& line : panel.lines) {
    const char* color =
        line.isReference ? kReferenceColor : kColors[colorsUsed++ % std::size(kColors)];
    out += lineSvg(line, axes, color);
    out += stroke(kPlotLeft, legendY - 4, kPlotLeft + 16, legendY - 4,
                  "stroke-width=\"2\" stroke=\"" + std::string(color) + "\"" +
                      (line.isReference ? " stroke-dasharray=\"5 3\"" : ""));
    out += text(kPlotLeft + 22, legendY, "", line.name + ": " + number(line.gains.back(), 2));
    legendY += kLegendLine;
  }
  return out;
}

}  // namespace

std::string speedupSvg(const std::string& title, const std::vector<std::uint32_t>& threads,
                       const std::vector<SpeedupPanel>& panels) {
  double highest = 1;
  for (const SpeedupPanel& panel : panels) {
    for (const SpeedupLine& line : panel.lines) {
      highest = std::max(highest, *std::max_element(line.gains.begin(), line.gains.end()));
    }
  }
  const Axes axes{threads, std::ceil(highest * 2) / 2};
  const std::size_t columns = std::min(kPanelsInRow, std::max<std::size_t>(panels.size(), 1));
  const std::size_t rows = (panels.size() + columns - 1) / columns;
  const double width = kPanelWidth * static_cast<double>(columns);
  const double height = kHead + kPanelHeight * static_cast<double>(rows);
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + number(width) +
                    " " + number(height) +
                    "\" font-family=\"sans-serif\" font-size=\"11\">\n"
                    "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
  out += text(kPlotLeft, 22, "font-size=\"14\"", title);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const std::size_t row = i / columns;
    out += "<g transform=\"translate(" + number(kPanelWidth * static_cast<double>(i % columns)) +
           " " + number(kHead + kPanelHeight * static_cast<double>(row)) + ")\">\n" +
           panelSvg(panels[i], axes) + "</g>\n";
  }
  return out + "</svg>\n";
}

}  // namespace parquet_flow::bench
