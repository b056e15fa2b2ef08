package shop;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What everything costs, in cents. */
final class PriceList {
    private final Map<String, Integer> cents = new TreeMap<>(Map.of("apple", 45, "bread", 320, "tea", 410));

    String toText() {
        return cents.entrySet().stream()
                .map(entry -> "%-8s %5.2f%n".formatted(entry.getKey(), entry.getValue() / 100.0))
                .collect(Collectors.joining());
    }
}
