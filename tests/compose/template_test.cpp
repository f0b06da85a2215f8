#include "compose/template.h"

#include <gtest/gtest.h>

#include <string>

namespace crier {
namespace {

std::string filled(std::string_view text, const Fields& fields) {
  const Result<Template> parsed = Template::parse(text);
  EXPECT_TRUE(parsed.has_value()) << (parsed ? "" : parsed.error().message);
  return parsed ? parsed->fill(fields) : std::string();
}

std::string refusal(std::string_view text) {
  const Result<Template> parsed = Template::parse(text);
  EXPECT_FALSE(parsed.has_value()) << text;
  return parsed ? std::string() : parsed.error().message;
}

TEST(Template, FillsEveryNameThatItKnows) {
  EXPECT_EQ(filled("{{prefix}}{{title}} / {{ summary }} / {{link}} / {{categories}}",
                   {{"prefix", "New: "},
                    {"title", "T"},
                    {"summary", "S"},
                    {"link", "L"},
                    {"categories", "a, b"}}),
            "New: T / S / L / a, b");
}

TEST(Template, EscapesNothing) {
  const std::string value = R"(<b> & "quotes" 'n' {{link}} {{{x}}} {{#title}})";
  EXPECT_EQ(filled("{{title}}", {{"title", value}, {"link", "L"}}), value);
  EXPECT_EQ(filled("{{{title}}} {{&title}}", {{"title", "a & b"}}), "a & b a & b");
}

TEST(Template, LeavesOutAPartWhoseFieldIsEmpty) {
  const std::string_view text =
      "{{title}}{{#summary}}: {{summary}}{{/summary}}{{^link}} (no page){{/link}}";
  EXPECT_EQ(filled(text, {{"title", "T"}, {"summary", "S"}, {"link", "L"}}), "T: S");
  EXPECT_EQ(filled(text, {{"title", "T"}, {"summary", ""}}), "T (no page)");
}

TEST(Template, FoldsTheSpaceThatAnEmptyFieldLeaves) {
  EXPECT_EQ(filled("{{prefix}}{{title}} {{summary}} {{link}}", {{"title", "T"}, {"link", "L"}}),
            "T L");
  EXPECT_EQ(filled("{{title}}\n\n{{summary}}\n\n{{link}}", {{"title", "T"}, {"link", "L"}}),
            "T\n\nL");
  EXPECT_EQ(filled("{{title}} \n {{link}}", {{"title", "T"}, {"link", "L"}}), "T\nL");
  EXPECT_EQ(filled("{{title}} {{link}}", {{"title", "T"}}), "T");
}

TEST(Template, MayHoldRemarks) {
  EXPECT_EQ(filled("{{title}}{{! not shown: café }}", {{"title", "T"}}), "T");
}

TEST(Template, RefusesAnUnknownNameAndListsTheKnownOnes) {
  const std::string why = refusal("{{titel}} {{link}}");
  EXPECT_NE(why.find("\"titel\""), std::string::npos) << why;
  EXPECT_NE(why.find("prefix, title, link, summary, categories"), std::string::npos) << why;
  EXPECT_NE(refusal("{{#date}}x{{/date}}").find("\"date\""), std::string::npos);
  EXPECT_NE(refusal("{{.}} {{}} {{{Title}}} {{&x}}").find("\".\""), std::string::npos);
  EXPECT_NE(refusal("{{title.x}}").find("\"title.x\""), std::string::npos);
}

TEST(Template, RefusesWhatIsLeftOpen) {
  EXPECT_NE(refusal("{{title").find("never closes it"), std::string::npos);
  EXPECT_NE(refusal("{{title}").find("never closes it"), std::string::npos);
  EXPECT_NE(refusal("{{").find("never closes it"), std::string::npos);
  EXPECT_NE(refusal("{{#title}}x").find("{{/title}}"), std::string::npos);
  EXPECT_NE(refusal("x{{/title}}").find("not open"), std::string::npos);
  EXPECT_NE(refusal("{{#title}}{{#link}}{{/title}}{{/link}}").find("not open"), std::string::npos);
}

TEST(Template, NamesTheLineOfAFaultWhereThereAreSeveral) {
  EXPECT_NE(refusal("{{titel}}").find("the template names"), std::string::npos);
  for (const std::string fault : {"{{titel}}", "{{title", "{{#title}}", "{{/title}}", "{{> x}}"}) {
    EXPECT_TRUE(refusal("{{title}}\n\n  " + fault + "\n").starts_with("line 3 of the template "))
        << refusal("{{title}}\n\n  " + fault + "\n");
  }
}

TEST(Template, RefusesWhatCrierDoesNotHave) {
  EXPECT_NE(refusal("{{> title}}").find("\"{{>\""), std::string::npos);
  EXPECT_NE(refusal("{{=<% %>=}}").find("\"{{=\""), std::string::npos);
}

TEST(Template, RefusesATextWithoutEnd) {
  EXPECT_FALSE(Template::parse(std::string(5000, 'x')).has_value());
  EXPECT_FALSE(Template::parse("{{title}}\xFF").has_value());
}

TEST(Template, WritesValuesAsJsonWantsThemWhereItIsJson) {
  const TemplateRules rules{{"text", "link"}, TemplateRules::Escape::json};
  const auto parsed = Template::parse(
      "{ \"a\":  \"{{text}}\", \"b\": \"{{{text}}}{{&text}}\"{{#link}}, \"c\": "
      "\"{{link}}\"{{/link}} }\n",
      rules);
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  EXPECT_EQ(parsed->fill({{"text", "\"q\" \\ \n\t\x01\x7F é </x> {{link}}"}, {"link", ""}}),
            "{ \"a\":  \"\\\"q\\\" \\\\ \\n\\t\\u0001\x7F é </x> {{link}}\", \"b\": "
            "\"\\\"q\\\" \\\\ \\n\\t\\u0001\x7F é </x> {{link}}"
            "\\\"q\\\" \\\\ \\n\\t\\u0001\x7F é </x> {{link}}\" }\n");
  EXPECT_EQ(parsed->fill({{"text", "\xFF"}}),
            "{ \"a\":  \"\xEF\xBF\xBD\", \"b\": \"\xEF\xBF\xBD\xEF\xBF\xBD\" }\n");
}

TEST(Template, KnowsTheNamesItIsGiven) {
  const TemplateRules rules{{"text", "link"}, TemplateRules::Escape::json, 20};
  EXPECT_NE(Template::parse("{{title}}", rules).error().message.find("text, link"),
            std::string::npos);
  EXPECT_TRUE(Template::parse(std::string(20, 'x'), rules).has_value());
  EXPECT_FALSE(Template::parse(std::string(21, 'x'), rules).has_value());
}

TEST(Template, RefusesPartsWithinPartsWithoutEnd) {
  const TemplateRules rules{{"a"}, TemplateRules::Escape::none, 1'000'000};
  const auto nested = [](std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += "{{#a}}";
    for (std::size_t i = 0; i < depth; ++i) text += "{{/a}}";
    return text;
  };
  EXPECT_TRUE(Template::parse(nested(300), rules).has_value());
  EXPECT_FALSE(Template::parse(nested(301), rules).has_value());
  EXPECT_FALSE(Template::parse(nested(30'000), rules).has_value());
}

TEST(Template, TakesBracesThatAreNoTags) {
  EXPECT_EQ(filled("{ {{title}} } }}", {{"title", "T"}}), "{ T } }}");
}

TEST(Template, IsFilledTheSameWayEachTime) {
  const Result<Template> parsed = Template::parse("{{#summary}}{{summary}} {{/summary}}{{title}}");
  ASSERT_TRUE(parsed.has_value());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(parsed->fill({{"title", "T"}, {"summary", "S"}}), "S T");
    EXPECT_EQ(parsed->fill({{"title", "T"}}), "T");
  }
}

}  // namespace
}  // namespace crier
